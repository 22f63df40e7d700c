import type { AccountId, EpochMilliseconds, Incident } from "@safeguard/core";
import type { AlertDue } from "./alerts-due.ts";

/** Keeps what detection finds: incidents in the journal, and alerts for people. */
export interface Incidents {
  /** To be called once the engine has its state back, before anything is decided. */
  start(): Promise<void>;
  /** Incidents that the engine says have changed (`Engine.takeIncidents()`). Returns at once; written soon, and not more often than needed. */
  record(changed: readonly Incident[]): void;
  /** Writes what waits to be written: afterwards the store has every incident as it was last recorded. */
  flush(): Promise<void>;
  /** Raises and resolves alerts as things stand now; to be called each minute, after the engine's `advance`. */
  checkAlerts(now: EpochMilliseconds): Promise<void>;
  /** Raises an alert that is over at once: something happened. Nothing, where the same was told lately. */
  raise(account: AccountId, alert: AlertDue): Promise<void>;
  /** Writes what waits, and stops. */
  close(): Promise<void>;
}
