import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** Writes a generated file at `path` (from the repository's root), or with `--check` fails when it would change. */
export function writeOrCheck(path: string, content: string, check: boolean = process.argv.includes("--check")): void {
  const file = new URL(`../${path}`, import.meta.url);
  if (!check) {
    mkdirSync(dirname(file.pathname), { recursive: true });
    writeFileSync(file, content);
    console.log(`wrote ${path}`);
    return;
  }
  const current = currentText(file);
  if (current !== content) {
    console.error(`${path} is not current: run \`npm run generate\` and commit what it writes.`);
    process.exitCode = 1;
  }
}

function currentText(file: URL): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
