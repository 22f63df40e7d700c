import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { expect, it } from "vitest";
import { givenTraffic } from "./given-traffic.ts";

it("gives the path, the columns, the offset and the policy again", () => {
  const columns = { time: "sent", to: "phone" };
  expect(givenTraffic("/tmp/mine.csv", { columns, offset: 120, policy: "p.yaml", preset: "strict" })).toEqual([
    "/tmp/mine.csv",
    "--policy p.yaml",
    "--preset strict",
    "--columns time=sent,to=phone",
    "--offset +02:00",
  ]);
  expect(givenTraffic("-", { offset: -330, budget: 1e-5 })).toEqual(["-", "--budget 0.00001", "--offset -05:30"]);
  expect(givenTraffic("a.csv", { offset: 0 })).toEqual(["a.csv", "--offset Z"]);
});

it("quotes what a shell would take for something else", () => {
  const columns = { time: "Sent at", to: "Number, dialled" };
  expect(givenTraffic("my $(file).csv", { columns })).toEqual([
    "'my $(file).csv'",
    "--columns 'time=Sent at,to=Number, dialled'",
  ]);
  expect(givenTraffic("-x.csv", {})).toEqual(["./-x.csv"]);
  expect(givenTraffic("a\u001b[31m.csv", {})).toEqual(["FILE"]);
});

it("is read by a shell as the one word that it was", () => {
  const printable = fc.stringMatching(/^[ -~]{1,30}$/).filter((text) => !text.startsWith("-"));
  fc.assert(
    fc.property(printable, (name) => {
      const [word = ""] = givenTraffic(name, {});
      expect(execFileSync("sh", ["-c", `printf %s ${word}`], { encoding: "utf8" })).toBe(name);
    }),
    { numRuns: 30 },
  );
});
