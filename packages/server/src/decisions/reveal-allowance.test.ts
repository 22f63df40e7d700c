import type { EpochMilliseconds } from "@safeguard/core";
import { describe, expect, it } from "vitest";
import { createRevealAllowance } from "./reveal-allowance.ts";

const limits = { looks: 3, windowMs: 1_000, persons: 2 };
const at = (time: number) => time as EpochMilliseconds;
const person = (name: string, time: number) =>
  ({ actor: { type: "key", key: "ses", person: name }, at: at(time) }) as const;

describe("looks at whole numbers", () => {
  it("are counted by person, whatever they are signed in with, and refused when there were too many", () => {
    const allowance = createRevealAllowance(limits);
    for (const key of ["one", "two", "three"]) {
      allowance.take({ actor: { type: "key", key, person: "Ann" }, at: at(100) });
    }
    expect(() => allowance.take(person("Ann", 400))).toThrowError(
      expect.objectContaining({ code: "rate_limited", headers: { "retry-after": "1" } }),
    );
    expect(() => allowance.take(person("Bert", 400))).not.toThrow();
    expect(() => allowance.take(person("Ann", 1_100))).not.toThrow();
  });

  it("of programs and the operator are not: they hear numbers whole", () => {
    const allowance = createRevealAllowance(limits);
    for (let look = 0; look < 10; look++) {
      allowance.take({ actor: { type: "key", key: "key_1" }, at: at(0) });
      allowance.take({ actor: { type: "operator", name: "local" }, at: at(0) });
    }
  });

  it("remember no more persons than there is room for", () => {
    const allowance = createRevealAllowance(limits);
    for (let look = 0; look < 3; look++) allowance.take(person("Ann", 0));
    for (const name of ["Bert", "Chris"]) allowance.take(person(name, 1));
    expect(() => allowance.take(person("Ann", 2))).not.toThrow();
  });
});
