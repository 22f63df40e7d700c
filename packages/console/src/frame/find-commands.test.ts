import { expect, test } from "vitest";
import { type Command, findCommands } from "./find-commands.ts";

const commands: readonly Command[] = [
  { id: "overview", group: "pages", label: "Overview" },
  { id: "keys", group: "pages", label: "API keys", keywords: "secrets" },
  { id: "dark", group: "look", label: "Appearance: Dark" },
  { id: "TJ", group: "destinations", label: "Block or allow Tajikistan", keywords: "TJ +992", isAskedFor: true },
  { id: "CI", group: "destinations", label: "Block or allow Côte d’Ivoire", keywords: "CI +225", isAskedFor: true },
];
const skipped = new Set(["block", "allow"]);
const found = (query: string) => findCommands(query, commands, skipped).map(({ id }) => id);

test("nothing typed shows what there is, but for what must be asked for", () => {
  expect(found("")).toEqual(["overview", "keys", "dark"]);
});

test("a destination is found by what one wants of it, by its name without accents, code and calling code", () => {
  expect(found("block tajik")).toEqual(["TJ"]);
  expect(found("cote")).toEqual(["CI"]);
  expect(found("tj")).toEqual(["TJ"]);
  expect(found("+992")).toEqual(["TJ"]);
  expect(found("block")).toEqual([]);
});

test("every word must fit, and what fits the label comes first", () => {
  expect(found("secrets")).toEqual(["keys"]);
  expect(found("keys dark")).toEqual([]);
  const more: readonly Command[] = [
    { id: "by keyword", group: "pages", label: "Alpha", keywords: "beta" },
    { id: "by label", group: "pages", label: "Beta" },
  ];
  expect(findCommands("bet", more).map(({ id }) => id)).toEqual(["by label", "by keyword"]);
});
