import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { makeDirectory } from "./make-directory.ts";

it("a folder is made with those above it, for its owner alone, and once", () => {
  const root = mkdtempSync(join(tmpdir(), "safeguard-test-"));
  const path = join(root, "a", "b");
  makeDirectory(path);
  makeDirectory(path);
  expect(statSync(path).mode & 0o777).toBe(0o700);
  rmSync(root, { recursive: true });
});

it("where nothing can be made, that is an error and no endless try", () => {
  expect(() => makeDirectory("/proc/nope/data")).toThrow(/ENOENT|EACCES|EROFS|EPERM/);
});
