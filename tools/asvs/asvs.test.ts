import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { REQUIREMENTS } from "./requirements.ts";
import { ANSWERS, answeredRequirements } from "./table.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const all = answeredRequirements();

describe("the requirements", () => {
  it("are as many of each level as ASVS 5.0.0 has", () => {
    const count = (level: number): number => REQUIREMENTS.filter((each) => each.level === level).length;
    expect([count(1), count(2), count(3)]).toEqual([70, 183, 92]);
    expect(new Set(REQUIREMENTS.map(({ id }) => id)).size).toBe(345);
  });

  it("of levels 1 and 2 each have an answer, and nothing else has one", () => {
    const wanted = REQUIREMENTS.filter(({ level }) => level < 3).map(({ id }) => id);
    expect(Object.keys(ANSWERS).sort()).toEqual(wanted.sort());
    expect(all).toHaveLength(253);
  });
});

describe("an answer", () => {
  const shown = all.flatMap(({ id, answer }) => ("path" in answer ? [{ id, ...answer }] : []));

  it("names files that are there", () => {
    expect(shown.filter(({ path }) => !existsSync(`${root}/${path}`))).toEqual([]);
    expect(shown.length).toBeGreaterThan(80);
  });

  it("names tests that are in their files, as the title of one", () => {
    const named = shown.flatMap((answer) => (answer.type === "test" ? [answer] : []));
    const missing = named.filter(({ path, title }) => {
      const text = readFileSync(`${root}/${path}`, "utf8");
      return !['"', "'", "`"].some((quote) => text.includes(`(${quote}${title}`));
    });
    expect(missing).toEqual([]);
  });

  it("says why where there is nothing to show", () => {
    for (const { id, answer } of all) {
      if (answer.type === "not_applicable") expect(answer.reason.length, id).toBeGreaterThan(5);
      if (answer.type === "open") expect(answer.missing.length, id).toBeGreaterThan(20);
    }
  });
});
