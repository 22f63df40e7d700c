import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import type { MasterKey } from "./master-key.ts";
import { createSealedFile } from "./sealed-file.ts";

const directory = mkdtempSync(join(tmpdir(), "safeguard-sealed-"));
afterAll(() => rmSync(directory, { recursive: true }));
const path = join(directory, "state");
const key = (fill: number) => new Uint8Array(32).fill(fill) as MasterKey;

test("A sealed file gives back what was written last, to who has the key and the purpose", async () => {
  const file = createSealedFile(path, key(1), "state");
  expect(await file.read()).toBeUndefined();
  await file.write(Buffer.from("an older content"));
  await file.write(Buffer.from("the content"));
  expect((await file.read())?.toString()).toBe("the content");
  expect(readFileSync(path).includes("content")).toBe(false);
  await expect(createSealedFile(path, key(2), "state").read()).rejects.toMatchObject({ code: "seal_broken" });
  await expect(createSealedFile(path, key(1), "other").read()).rejects.toMatchObject({ code: "seal_broken" });
});

test("A sealed file that was changed cannot be read", async () => {
  const file = createSealedFile(path, key(1), "state");
  await file.write(Buffer.from("the content"));
  const sealed = readFileSync(path);
  sealed[20] = (sealed[20] ?? 0) ^ 1;
  writeFileSync(path, sealed);
  await expect(file.read()).rejects.toMatchObject({ code: "seal_broken" });
});
