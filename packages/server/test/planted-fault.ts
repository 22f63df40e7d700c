import { readFileSync } from "node:fs";
import { registerHooks } from "node:module";
import { fileURLToPath } from "node:url";

/**
 * Loaded with `--import` before the program, it plants a fault in it: a module is loaded with one piece of its text replaced
 * (`SAFEGUARD_PLANT`, the name of one of PLANTS). A test that stays green with it would prove nothing without it.
 */
interface Plant {
  /** End of the module's path. */
  readonly module: string;
  readonly instead: string;
  readonly put: string;
}

export const PLANTS = {
  /** Answers go out before their records are durable. */
  "answer-before-durable": {
    module: "/store/group-journal.ts",
    instead: "    return group.durable;",
    put: "    group.durable.catch(() => {}); return Promise.resolve();",
  },
  /** What may have been sent counts as refused, and goes to the next provider. */
  "resend-after-doubt": {
    module: "/outbound/provider-words.ts",
    instead: 'type: "in_doubt"',
    put: 'type: "refused", kind: "unavailable", code: "x", answer: undefined',
  },
  /** A restart says nothing of what the last run had under way. */
  "forget-at-restart": {
    module: "/gateway/settle-unresolved.ts",
    instead: "if (unresolved.length === 0) return settled;",
    put: "return settled;",
  },
  /** The journal does not wait for the disk, as some builds of SQLite have it by default. */
  "sync-off": {
    module: "/sqlite/database.ts",
    instead: "  return database;",
    put: '  database.exec("PRAGMA synchronous = NORMAL"); return database;',
  },
  /** Time goes back with the clock. */
  "clock-goes-back": {
    module: "/src/clock.ts",
    instead: "latest = Math.max(latest, wall());",
    put: "latest = wall();",
  },
} as const satisfies Readonly<Record<string, Plant>>;
export type PlantName = keyof typeof PLANTS;

/** The words that start Node with this fault planted. */
export function nodeOptionsFor(plant: PlantName | undefined): readonly string[] {
  return plant === undefined ? [] : ["--import", import.meta.url];
}

export function environmentFor(plant: PlantName | undefined): Readonly<Record<string, string>> {
  return plant === undefined ? {} : { SAFEGUARD_PLANT: plant };
}

const { SAFEGUARD_PLANT = "" } = process.env;
if (SAFEGUARD_PLANT in PLANTS) {
  const { module, instead, put }: Plant = PLANTS[SAFEGUARD_PLANT as PlantName];
  registerHooks({
    load(url, context, next) {
      if (!url.endsWith(module)) return next(url, context);
      const text = readFileSync(fileURLToPath(url), "utf8");
      if (!text.includes(instead)) throw new Error(`${module} no longer says ${JSON.stringify(instead)}`);
      return { ...next(url, context), source: text.replace(instead, put), format: "module-typescript" };
    },
  });
}
