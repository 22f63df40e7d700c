import { execFileSync, spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { FAILPOINTS, readFailpoint } from "./failpoint.ts";

const module = fileURLToPath(new URL("./failpoint.ts", import.meta.url));
const passThrice = `const { failpoint } = await import(${JSON.stringify(module)});
for (let passing = 1; passing <= 3; passing++) { console.log(passing); failpoint("after-intent-write"); failpoint("before-recovery"); }`;
const words = ["--input-type=module", "-e", passThrice];

it("a failpoint ends the process at the passing that was asked for, and not before", () => {
  const env = { ...process.env, SAFEGUARD_FAILPOINT: "after-intent-write:2" };
  const { signal, stdout, stderr } = spawnSync(process.execPath, words, { env, encoding: "utf8" });
  expect({ signal, stdout, stderr }).toEqual({
    signal: "SIGKILL",
    stdout: "1\n2\n",
    stderr: "failpoint after-intent-write\n",
  });
});

it("where none is named the process goes on", () => {
  const env = { ...process.env, SAFEGUARD_FAILPOINT: "" };
  expect(execFileSync(process.execPath, words, { env, encoding: "utf8" })).toBe("1\n2\n3\n");
});

it.each(FAILPOINTS)("%s is understood", (name) => {
  expect(readFailpoint(name)).toEqual({ name, passing: 1 });
  expect(readFailpoint(`${name}:12`)).toEqual({ name, passing: 12 });
});

it.each(["nowhere", "after-recovery:0", "after-recovery:x", "after-recovery:1.5"])("%s is refused", (text) => {
  expect(() => readFailpoint(text)).toThrow(/SAFEGUARD_FAILPOINT is .*after-recovery/);
});
