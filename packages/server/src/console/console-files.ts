import { readdir, readFile } from "node:fs/promises";
import { extname, join, relative, sep } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

/** A file of the console, ready to be sent. */
export interface ConsoleFile {
  readonly type: string;
  readonly body: Buffer;
  readonly gzip: Buffer | undefined;
  readonly brotli: Buffer | undefined;
  /** Its name has a hash of its content: it never changes. */
  readonly isImmutable: boolean;
}

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".woff2": "font/woff2",
};
const COMPRESSED = new Set([".html", ".js", ".css", ".json", ".svg"]);

/** The built console in memory, by path; undefined: it has not been built. A few megabytes. */
export async function readConsoleFiles(directory: string): Promise<ReadonlyMap<string, ConsoleFile> | undefined> {
  const files = new Map<string, ConsoleFile>();
  let entries: string[];
  try {
    entries = await readdir(directory, { recursive: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  for (const entry of entries) {
    const extension = extname(entry);
    const type = TYPES[extension];
    if (type === undefined) continue;
    const body = await readFile(join(directory, entry));
    const path = `/${relative(directory, join(directory, entry)).split(sep).join("/")}`;
    const small = COMPRESSED.has(extension);
    files.set(path, {
      type,
      body,
      gzip: small ? gzipSync(body) : undefined,
      brotli: small ? brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }) : undefined,
      isImmutable: path.startsWith("/assets/"),
    });
  }
  return files.has("/index.html") ? files : undefined;
}
