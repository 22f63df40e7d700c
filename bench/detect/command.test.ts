import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { parameterHash, trafficHash } from "./parameter-hash.ts";

const COMMAND = fileURLToPath(new URL("../detect.ts", import.meta.url));
const LOOK = fileURLToPath(new URL("look.ts", import.meta.url));

function run(file: string, ...words: readonly string[]): { status: number | null; out: string; err: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [file, ...words], { encoding: "utf8" });
  return { status, out: stdout, err: stderr };
}

describe("bench/detect.ts", () => {
  it("lists scenarios and candidates", () => {
    const { status, out } = run(COMMAND, "--list");
    expect(status).toBe(0);
    expect(out).toContain("attack  sequential_1s: 4000 consecutive numbers");
    expect(out).toContain("ours balanced: ");
  });

  it("does not look at reporting seeds piecemeal", () => {
    const { status, err } = run(COMMAND, "--seeds", "reporting", "--only", "calm");
    expect(status).toBe(2);
    expect(err).toContain("--again");
  });

  it("says what there is in place of what there is not", () => {
    expect(run(COMMAND, "--only", "no_such").err).toContain("see --list");
    expect(run(COMMAND, "--candidate", "no such").err).toContain("authgear");
    expect(run(COMMAND, "--seeds", "lucky").err).toContain("tuning or reporting");
  });
});

describe("bench/detect/look.ts", () => {
  it("shows what leaked and who was stopped in one world", () => {
    const words = [
      "--variant",
      "small",
      "--days",
      "1",
      "--warm-up-days",
      "1",
      "--attack",
      "sequential_400",
      "--no-events",
    ];
    const { status, out } = run(LOOK, "--seed", "3", ...words);
    expect(status).toBe(0);
    expect(out).toMatch(/attack messages let through[\s\S]*#1 d1/);
    expect(out).toMatch(/sequential_400: 400 asked for; first stop at its message \d+/);
  });
});

it("hashes the product's detection and the simulator", () => {
  expect(parameterHash()).toMatch(/^[0-9a-f]{12}$/);
  expect(trafficHash()).not.toBe(parameterHash());
});
