import type { EngineEvent } from "@safeguard/core";
import type { JournalRecord } from "../store/journal-record.ts";

/** The engine's event of an operator's action; undefined: the record is none. Who did it and why does not decide. */
export function detectionEventOf(record: JournalRecord): EngineEvent | undefined {
  switch (record.type) {
    case "incident_judged": {
      const { type, account, incident, word, at } = record;
      return { type, account, incident, word, at };
    }
    case "range_contained": {
      const { type, account, scope, incident, until, at } = record;
      return { type, account, scope, incident, until, at };
    }
    case "lockdown_set":
    case "bypass_set": {
      const { type, account, until, at } = record;
      return { type, account, until, at };
    }
    default:
      return undefined;
  }
}
