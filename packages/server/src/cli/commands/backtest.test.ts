import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { PassThrough, Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { scratchFolder } from "../../backtest/traffic-file/testing/scratch-folder.ts";
import { environmentOf } from "../../config/environment.ts";
import { run } from "../run.ts";

const ROOT = fileURLToPath(new URL("../../../../../", import.meta.url));
const SAMPLE = join(ROOT, "docs/guide/examples/sample-traffic.csv");

interface Ended {
  readonly code: number;
  readonly output: string;
  readonly errors: string;
}

async function backtest(words: readonly string[], input: Readable = Readable.from([])): Promise<Ended> {
  const [output, errors] = [collecting(), collecting()];
  const environment = environmentOf({});
  const code = await run(["backtest", ...words], {
    terminal: { environment, input, output, errors, interactive: false, colour: false },
    composition: () => Promise.reject(new Error("a backtest needs no server")),
  });
  return { code, output: output.text(), errors: errors.text() };
}

function collecting(): Writable & { text(): string } {
  let text = "";
  const stream = new Writable({
    write(chunk: Buffer, _, done) {
      text += chunk.toString();
      done();
    },
  });
  return Object.assign(stream, { text: () => text });
}

describe("safeguard backtest", () => {
  it("shows the attack in the sample first, in 80 columns, and nothing beside it", async () => {
    const { code, output, errors } = await backtest([SAMPLE]);
    expect(code).toBe(0);
    expect(errors).toBe("");
    expect(output).toMatch(/^1 attack found\. It would have been stopped after \d messages; \$1\d\d\.\d\d of \$/);
    for (const line of output.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
  });

  it.each(["README.md", "docs/guide/backtest.md"])("prints what %s shows", async (document) => {
    const text = readFileSync(join(ROOT, document), "utf8");
    const [, shown = ""] =
      /backtest docs\/guide\/examples\/sample-traffic\.csv\n```\n\n```\n(.*?)```/s.exec(text) ?? [];
    const { output } = await backtest([SAMPLE]);
    const paragraphs = shown.trimEnd().split("\n\n");
    expect(paragraphs[0]).toContain("1 attack found");
    for (const paragraph of paragraphs) expect(output).toContain(paragraph);
  });

  it("reads standard input, gzip as well", async () => {
    const { output } = await backtest(["-", "--json"], Readable.from([gzipSync(readFileSync(SAMPLE))]));
    expect(JSON.parse(output)).toMatchObject({ version: 1, messages: { total: 6391 }, incidents: [{ incident: {} }] });
  });

  it("masks the last digits of numbers in JSON unless they are asked for", async () => {
    const offsets = (output: string): number[] => {
      const { incidents } = JSON.parse(output) as {
        incidents: { pictures: { line: { ticks: { offset: number }[] } } }[];
      };
      return incidents.flatMap(({ pictures }) => pictures.line.ticks.map(({ offset }) => offset % 100));
    };
    const masked = offsets((await backtest([SAMPLE, "--json"])).output);
    expect(masked.length).toBeGreaterThan(100);
    expect(new Set(masked)).toEqual(new Set([0]));
    expect(new Set(offsets((await backtest([SAMPLE, "--json", "--show-numbers"])).output)).size).toBeGreaterThan(50);
  });

  it("writes decisions and the report where it is told to, and says so beside the answer", async () => {
    using folder = scratchFolder();
    const [decisions, html] = [join(folder.path, "decisions.csv"), join(folder.path, "report.html")];
    const { code, errors } = await backtest([SAMPLE, "--decisions", decisions, "--html", html]);
    expect(code).toBe(0);
    expect(errors).toBe(`Written: ${html}\nWritten: ${decisions}\n`);
    expect(readFileSync(decisions, "utf8").split("\n")).toHaveLength(6391 + 2);
    expect(readFileSync(html, "utf8")).toContain("<!doctype html>");
    expect(readFileSync(html, "utf8")).not.toMatch(/\+923467323\d/);
  });

  it("exits with 3 for --fail-on incident, and only if there is one", async () => {
    expect((await backtest([SAMPLE, "--fail-on", "incident"])).code).toBe(3);
    using folder = scratchFolder();
    const quiet = folder.file("quiet.csv", "time,to\n2026-01-05T00:00:00Z,+31612345678\n");
    expect((await backtest([quiet, "--fail-on", "incident"])).code).toBe(0);
    const unread = await backtest([
      folder.file("unread.csv", "time,to\n1767571200,0612345678\n"),
      "--fail-on",
      "incident",
    ]);
    expect(unread.code).toBe(1);
    expect(unread.errors).toContain("Most rows could not be read");
    expect(unread.output).toMatch(/^No message in the file could be judged\. 1 of 1 recipient numbers/);
  });

  it("emits the attacked range, and notes beside it", async () => {
    const { output, errors } = await backtest([SAMPLE, "--emit", "ranges"]);
    expect(output).toMatch(/^# \+92 .* Pakistan: 400 messages, 0 completed, 13\d\.\d\d USD\n\+923467323\n$/);
    expect(errors).not.toContain("+923467323");
    expect((await backtest([SAMPLE, "--emit", "safeguard-policy"])).output).toMatch(
      /prefix: "\+923467323"[\s\S]*until:/,
    );
  });

  it("goes by a policy file, and compares it with a second or with a preset", async () => {
    using folder = scratchFolder();
    const policy = folder.file("policy.yaml", "policy: default\ndestinations:\n  block: [PK]\n");
    const blocked = JSON.parse((await backtest([SAMPLE, "--policy", policy, "--json"])).output) as unknown;
    expect(blocked).toMatchObject({ policy: { name: "policy.yaml", detection: "enforce" }, incidents: [] });
    const { output } = await backtest([SAMPLE, "--compare", policy, "--json"]);
    expect(JSON.parse(output)).toMatchObject({ attacks: { before: 1, after: 0 }, after: { name: "policy.yaml" } });
    const presets = await backtest([SAMPLE, "--preset", "careful", "--compare", "strict", "--json"]);
    expect(JSON.parse(presets.output)).toMatchObject({
      before: { falseBlockBudget: 1e-6 },
      after: { falseBlockBudget: 1e-4 },
    });
  });

  it("takes columns of other names, and an offset for times without one", async () => {
    using folder = scratchFolder();
    const file = folder.file("sent.csv", 'Sent at;"Number, dialled"\n2026-01-05 01:30:00;31612345678\n');
    const columns = "time=Sent at,to=Number, dialled";
    const { output } = await backtest([file, "--columns", columns, "--offset", "+02:00", "--json"]);
    expect(JSON.parse(output)).toMatchObject({
      file: { from: "2026-01-04T23:30:00.000Z" },
      messages: { total: 1, allow: 1 },
    });
  });

  it("ends with commands that can be typed as they stand", async () => {
    using folder = scratchFolder();
    const file = folder.file("my sent.csv", "Sent at;Phone\n2026-01-05 01:30:00;31612345678\n");
    const flags = ["--columns", "time=Sent at,to=Phone", "--offset", "+02:00"];
    const { output } = await backtest([file, ...flags]);
    const typed = output.replaceAll(/ \\\n +/g, " ");
    expect(typed).toContain(
      `npx safeguard backtest '${file}' --columns 'time=Sent at,to=Phone' --offset +02:00 --html report.html\n`,
    );
    const page = join(folder.path, "report.html");
    await backtest([file, ...flags, "--html", page]);
    expect(readFileSync(page, "utf8")).toContain("time=Sent at,to=Phone");
    expect(readFileSync(page, "utf8")).not.toContain(folder.path);
  });

  describe("says plainly what is wrong", () => {
    it.each([
      [["missing.csv"], 1, "there is no file missing.csv."],
      [[SAMPLE, "--decisions", SAMPLE], 2, "would be overwritten while it is needed"],
      [[SAMPLE, "--html", "/no/such/folder/report.html"], 1, "/no/such/folder/report.html cannot be written"],
      [[SAMPLE, "--html", "/"], 2, "/ is a folder"],
      [[SAMPLE, "--preset", "strict", "--budget", "1e-5"], 2, "--preset and --budget"],
      [[SAMPLE, "--budget", "0.5"], 2, "It is a share from"],
      [[SAMPLE, "--compare", "strict", "--emit", "ranges"], 2, "--compare shows what a second policy changes"],
      [[SAMPLE, "--emit", "ranges", "--json"], 2, "--emit and --json"],
      [["-", "--policy", "-"], 2, "can be read once"],
      [[SAMPLE, "--policy", "missing.yaml"], 1, "missing.yaml cannot be read"],
      [[SAMPLE, "--columns", "when=x"], 2, '"when" is no column'],
      [[SAMPLE, "--columns", "time=Nowhere"], 1, '"Nowhere"'],
      [[SAMPLE, "--columns", "to=phone,verified=verified"], 1, 'names a field "verified", which does not exist'],
      [[SAMPLE, "--columns", "to=phone,verified=verified"], 1, "fields are time, to, id, "],
      [[SAMPLE, "--offset", "+25:00"], 2, "Write it as +02:00"],
    ])("%j", async (words, code, message) => {
      const ended = await backtest(words);
      expect(ended.errors).toContain(message);
      expect(ended.code).toBe(code);
      expect(ended.output).toBe("");
      expect(ended.errors).not.toMatch(/\n\s+at /);
    });

    it("a file without the columns that are needed, and how to name them", async () => {
      using folder = scratchFolder();
      const { code, errors } = await backtest([folder.file("odd.csv", "a,b\n1,2\n")]);
      expect(code).toBe(1);
      expect(errors).toContain('the header has "a", "b"');
      expect(errors).toContain("--columns time=");
    });

    it("times without an offset, and the flag that gives one", async () => {
      using folder = scratchFolder();
      const { output } = await backtest([folder.file("local.csv", "time,to\n2026-01-05 01:30:00,+31612345678\n")]);
      expect(output.replaceAll(/\s+/g, " ")).toContain(
        "which offset the file means (at the command line: --offset +02:00)",
      );
    });

    it("a number of no possible length, and that its calling code is not what is missing", async () => {
      using folder = scratchFolder();
      const told = async (to: string) =>
        (await backtest([folder.file("odd.csv", `time,to\n1767571200,${to}\n`)])).output;
      expect(await told("+32473")).toMatch(/too\s+few\s+digits\s+for\s+their\s+country/);
      const long = await told("+324731234567");
      expect(long).toMatch(/more\s+or\s+fewer\s+digits\s+than\s+any\s+number\s+of\s+their\s+country/);
      expect(long).not.toMatch(/write\s+a\s+plus/);
    });

    it("and leaves nothing half written behind", async () => {
      using folder = scratchFolder();
      const input = new PassThrough();
      input.end(gzipSync(readFileSync(SAMPLE)).subarray(0, 20_000));
      const decisions = join(folder.path, "decisions.csv");
      const { code, errors } = await backtest(["-", "--decisions", decisions], input);
      expect(code).toBe(1);
      expect(errors).toContain("gzip");
      expect(existsSync(decisions)).toBe(false);
      expect(readdirSync(folder.path)).toEqual([]);
    });
  });
});
