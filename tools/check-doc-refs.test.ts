import { describe, expect, it } from "vitest";
import { namedPaths } from "./check-doc-refs.ts";

describe("the paths that a document names", () => {
  it("are its relative links, seen from its own folder", () => {
    expect(
      namedPaths("docs/guide/start.md", "See [keys](./keys.md) and [the ADR](../decisions/0001-a.md#context)."),
    ).toEqual(["docs/guide/keys.md", "docs/decisions/0001-a.md"]);
  });

  it("are paths in inline code below a top folder, but no patterns", () => {
    expect(namedPaths("README.md", "`packages/core/src/decide.ts`, `docs/*`, `npm run check`, `tools/`")).toEqual([
      "packages/core/src/decide.ts",
      "tools",
    ]);
  });

  it("are not addresses elsewhere", () => {
    expect(namedPaths("README.md", "[site](https://example.com/a.md) [mail](mailto:a@b.c) [here](#top)")).toEqual([]);
  });
});
