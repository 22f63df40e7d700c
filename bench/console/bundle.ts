import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const ASSETS = fileURLToPath(new URL("../../packages/console/dist/assets/", import.meta.url));
/** What the map and the charts are loaded by, when they are wanted. */
const PICTURES = /^(?:world-map|live-chart|countries|land)/;

export interface BundleFile {
  readonly name: string;
  readonly bytes: number;
  readonly gzipped: number;
}

/** Every file of the built console that carries code, styles or words, the largest first. */
export function bundleFiles(): readonly BundleFile[] {
  return readdirSync(ASSETS)
    .filter((name) => /\.(?:js|css|json)$/.test(name))
    .map((name) => {
      const content = readFileSync(ASSETS + name);
      return {
        name: name.replace(/-[\w-]{8}(?=\.\w+$)/, ""),
        bytes: content.length,
        gzipped: gzipSync(content).length,
      };
    })
    .sort((one, other) => other.gzipped - one.gzipped);
}

/** What a page asked for, by the addresses of its requests: gzipped, without map and charts, and those. */
export function weightOf(urls: readonly string[]): {
  readonly files: number;
  readonly gzipped: number;
  readonly pictures: number;
} {
  const names = [...new Set(urls.flatMap((url) => /\/assets\/([^/?]+\.(?:js|css|json))$/.exec(url)?.[1] ?? []))];
  let gzipped = 0;
  let pictures = 0;
  for (const name of names) {
    const size = gzipSync(readFileSync(ASSETS + name)).length;
    if (PICTURES.test(name)) pictures += size;
    else gzipped += size;
  }
  return { files: names.length, gzipped, pictures };
}
