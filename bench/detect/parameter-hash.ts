import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** Where everything stands that a verdict of detection depends on. */
const PARAMETERS: readonly string[] = [
  "packages/core/src/signals",
  "packages/core/src/detectors",
  "packages/core/src/detection",
  "packages/core/src/containment",
  "packages/core/src/incidents",
  "packages/core/src/engine.ts",
  "packages/core/src/decide.ts",
  "packages/core/src/replay-traffic.ts",
];

/** Twelve hexadecimal digits that change with the product's detection. */
export function parameterHash(): string {
  return hashOf(PARAMETERS);
}

/** The same of the worlds that it is tried on. */
export function trafficHash(): string {
  return hashOf(["bench/traffic"]);
}

function hashOf(places: readonly string[]): string {
  const hash = createHash("sha256");
  for (const file of places.flatMap((place) => sources(join(ROOT, place))).sort()) {
    hash.update(relative(ROOT, file)).update("\0").update(readFileSync(file)).update("\0");
  }
  return hash.digest("hex").slice(0, 12);
}

function sources(place: string): readonly string[] {
  if (statSync(place).isFile()) return [place];
  return readdirSync(place, { withFileTypes: true }).flatMap((entry) => {
    if (entry.isDirectory()) return sources(join(place, entry.name));
    return entry.name.endsWith(".ts") && !entry.name.endsWith(".test.ts") ? [join(place, entry.name)] : [];
  });
}
