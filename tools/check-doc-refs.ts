/**
 * Fails when a document names a path of this repository, or links to a page, that is not there. Checked are Markdown links
 * with a relative target, and inline code that looks like a path below one of the top folders.
 */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";

const TOP_FOLDERS = ["packages/", "docs/", "bench/", "tools/", ".ci/"];

/** The paths that a Markdown text at `file` (from the root) speaks of. */
export function namedPaths(file: string, text: string): readonly string[] {
  const links = [...text.matchAll(/\]\((?!https?:|mailto:|#)([^)#\s]+)(?:#[^)]*)?\)/g)].map(([, target = ""]) =>
    normalize(target.startsWith("/") ? target.slice(1) : join(dirname(file), target)),
  );
  const code = [...text.matchAll(/`([^`\s]+)`/g)]
    .map(([, word = ""]) => word)
    .filter((word) => TOP_FOLDERS.some((folder) => word.startsWith(folder)) && !/[*{}<>…]/.test(word));
  return [...links, ...code].map((path) => path.replace(/\/$/, ""));
}

function main(): void {
  const root = fileURLToPath(new URL("..", import.meta.url));
  const documents = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "*.md"], {
    cwd: root,
    encoding: "utf8",
  })
    .split("\n")
    .filter((file) => file !== "");
  const missing = documents.flatMap((file) =>
    namedPaths(file, readFileSync(join(root, file), "utf8"))
      .filter((path) => !existsSync(join(root, path)))
      .map((path) => `${file} names ${path}, which is not there`),
  );
  for (const line of missing) console.error(line);
  console.log(`${documents.length} documents, ${missing.length} missing paths`);
  if (missing.length > 0 || documents.length === 0) process.exitCode = 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main();
