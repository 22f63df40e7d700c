import { readFileSync } from "node:fs";
import { registerHooks } from "node:module";
import { fileURLToPath } from "node:url";
import { PLANTED_BUGS, type PlantedBugName } from "./planted-bugs.ts";

const SERVER = new URL("../../", import.meta.url).href;
const QUERY = "planted";
let hooked = false;

/**
 * The simulation, with a bug planted where one is named: all modules of the server are then loaded once more, under
 * addresses of their own.
 */
export async function loadSeason(bug: PlantedBugName | undefined): Promise<typeof import("./season.ts")> {
  if (bug === undefined) return import("./season.ts");
  if (!hooked) plantWhereAsked();
  hooked = true;
  return (await import(`./season.ts?${QUERY}=${encodeURIComponent(bug)}`)) as typeof import("./season.ts");
}

function plantWhereAsked(): void {
  registerHooks({
    resolve(specifier, context, next) {
      const resolved = next(specifier, context);
      const bug = context.parentURL && new URL(context.parentURL).searchParams.get(QUERY);
      if (!bug || !resolved.url.startsWith(SERVER) || resolved.url.includes("/node_modules/")) return resolved;
      const url = new URL(resolved.url);
      url.searchParams.set(QUERY, bug);
      return { ...resolved, url: url.href };
    },
    load(address, context, next) {
      const url = new URL(address);
      const bug = url.searchParams.get(QUERY);
      if (!bug) return next(address, context);
      const { module, instead, put } = PLANTED_BUGS[bug as PlantedBugName];
      if (!url.pathname.endsWith(module)) return next(address, context);
      const text = readFileSync(fileURLToPath(url.origin === "null" ? `file://${url.pathname}` : url), "utf8");
      if (!text.includes(instead)) throw new Error(`${module} no longer says ${JSON.stringify(instead)}`);
      return { format: "module-typescript", source: text.replace(instead, put), shortCircuit: true };
    },
  });
}
