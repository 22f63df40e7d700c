import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Command, CommanderError } from "commander";
import { describe, expect, it } from "vitest";
import { buildProgram } from "../packages/server/src/cli/program.ts";
import { processTerminal } from "../packages/server/src/cli/terminal.ts";
import { environmentOf } from "../packages/server/src/config/environment.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

/** A command line that a document shows. `mention`: in running text, where it may be a name without its arguments. */
interface Shown {
  readonly text: string;
  readonly mention: boolean;
}

function commandsIn(document: string): readonly Shown[] {
  const blocks = [...document.matchAll(/^```(?:sh|bash|console)\n(.*?)^```/gms)].map(([, block = ""]) => block);
  // The usage of a command in the reference is a pattern, made from the command itself.
  const prose = document.replaceAll(/^```.*?^```/gms, "").replaceAll(/^Usage: .*$/gm, "");
  return [
    ...blocks
      .flatMap((block) => block.replaceAll(/\\\n\s*/g, " ").split("\n"))
      .map((text) => ({ text, mention: false })),
    ...[...prose.matchAll(/`([^`]+)`/g)].map(([, text = ""]) => ({
      text: text.replaceAll(/\s+/g, " "),
      mention: true,
    })),
  ].flatMap(({ text, mention }) => invocations(text).map((words) => ({ text: words.join("\u0000"), mention })));
}

/** The words after `safeguard` of every simple command in a shell line. */
function invocations(line: string): readonly (readonly string[])[] {
  const commands: string[][] = [[]];
  for (const [word] of line.matchAll(/(?:'[^']*'|"[^"]*"|[^\s'"|&;<>#]|(?<=\S)#)+|[|&;<>]+|#.*/g)) {
    if (word.startsWith("#")) break;
    if (/^[|&;<>]/.test(word)) commands.push(/[<>]/.test(word) ? ["into"] : []);
    else commands.at(-1)?.push(word.replaceAll(/['"]/g, ""));
  }
  return commands.flatMap((words) => {
    const start = words.findIndex((word) => !/^[A-Z_]+=/.test(word));
    const [first, second] = words.slice(start);
    if (first === "safeguard") return [words.slice(start + 1)];
    return first === "npx" && second === "safeguard" ? [words.slice(start + 2)] : [];
  });
}

/** What the real command line says of it; undefined: it takes it. */
function fault({ text, mention }: Shown): string | undefined {
  const words = text === "" ? [] : text.split("\u0000");
  const terminal = processTerminal(environmentOf({}));
  const program = buildProgram(
    {
      terminal,
      composition: () => {
        throw new Error("nothing is run here");
      },
    },
    { exitCode: 0 },
  );
  for (const command of everyCommand(program)) {
    command.configureOutput({ writeOut() {}, writeErr() {}, outputError() {} });
    // Of a group only where it does something by itself: the others say that a command is missing.
    if (command.commands.length === 0 || Reflect.get(command, "_actionHandler")) command.action(() => undefined);
  }
  const [path, rest] = commandPath(program, words);
  const isName = rest.length === 0 || rest.some((word) => word.startsWith("…"));
  if (mention && isName && (path.commands.length === 0 || rest.length === 0 || rest[0] === "…")) return undefined;
  try {
    program.parse(words, { from: "user" });
    return undefined;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.code === "commander.help" || error.exitCode === 0 ? undefined : error.message;
  }
}

function everyCommand(command: Command): readonly Command[] {
  return [command, ...command.commands.flatMap(everyCommand)];
}

function commandPath(command: Command, words: readonly string[]): readonly [Command, readonly string[]] {
  const [first, ...rest] = words;
  const next = command.commands.find((candidate) => candidate.name() === first);
  return next === undefined ? [command, words] : commandPath(next, rest);
}

describe("the check", () => {
  const faults = (document: string) => commandsIn(document).map((shown) => fault(shown));

  it("finds unknown commands, options and wrong arguments, in blocks and in text", () => {
    const block = (line: string) => `\`\`\`sh\n${line}\n\`\`\``;
    expect(faults(block("npx safeguard polcy list"))[0]).toContain("unknown command");
    expect(faults(block("A=b npx safeguard policy list --al  # all"))[0]).toContain("unknown option");
    expect(faults(block("cat x | safeguard policy restore && echo"))[0]).toContain("missing required argument");
    expect(faults("Say `safeguard check a b`.")[0]).toContain("too many arguments");
    expect(faults("See `safeguard plicy`.")[0]).toContain("unknown command");
  });

  it("takes what the command line takes", () => {
    const block =
      "```sh\nsafeguard routes set NL=cm '*=twilio'\nsafeguard policy \\\n  block NG -m 'a | b' > out.txt\n```";
    expect(faults(`${block} \`safeguard up\`, \`npx safeguard providers add …\`, \`safeguard keys\``)).toEqual(
      Array(5).fill(undefined),
    );
  });
});

describe("every command line that the documents show", () => {
  const documents = ["README.md", ...globSync("docs/**/*.md", { cwd: root })];

  it.each(documents)("%s", (path) => {
    const shown = commandsIn(readFileSync(join(root, path), "utf8"));
    expect(shown.flatMap((one) => fault(one) ?? []).sort()).toEqual([]);
  });

  it("packages/server/src/announcement.ts", () => {
    const source = readFileSync(join(root, "packages/server/src/announcement.ts"), "utf8");
    const shown = [...source.matchAll(/npx safeguard [^"`$]+/g)].flatMap(([text]) =>
      invocations(text).map((words) => ({ text: words.join("\u0000"), mention: true })),
    );
    expect(shown).not.toEqual([]);
    expect(shown.flatMap((one) => fault(one) ?? [])).toEqual([]);
  });
});
