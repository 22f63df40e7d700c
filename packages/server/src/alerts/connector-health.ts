import type { EpochMilliseconds } from "@safeguard/core";
import type { SubmissionOutcome } from "../gateway/outbound/connector.ts";
import type { JournalRecord } from "../store/journal-record.ts";

const MINUTE_MS = 60_000;
const MINUTES = 5;
/** Of fewer submissions nothing can be said. */
const FEWEST = 20;
const FAILING_SHARE = 0.5;
/** Providers are few; so many are remembered. */
const MOST_PROVIDERS = 1000;

export interface ConnectorState {
  readonly provider: string;
  readonly tried: number;
  readonly failed: number;
}

interface Minute {
  minute: number;
  tried: number;
  failed: number;
}

/** Which providers fail, by how their submissions of the last minutes ended. */
export class ConnectorHealth {
  readonly #providers = new Map<string, Minute[]>();

  hear(record: JournalRecord): void {
    if (record.type !== "submission_ended") return;
    const { provider, at, outcome } = record;
    let minutes = this.#providers.get(provider);
    if (minutes === undefined) {
      if (this.#providers.size >= MOST_PROVIDERS) this.#providers.clear();
      minutes = [];
      this.#providers.set(provider, minutes);
    }
    const minute = Math.floor(at / MINUTE_MS);
    let last = minutes.at(-1);
    // A clock that went back counts in the minute that is there.
    if (last === undefined || last.minute < minute) {
      last = { minute, tried: 0, failed: 0 };
      minutes.push(last);
      if (minutes.length > MINUTES) minutes.shift();
    }
    last.tried += 1;
    if (isConnectorsFault(outcome)) last.failed += 1;
  }

  /** Those of which at least half of what they were given failed. */
  failing(at: EpochMilliseconds): readonly ConnectorState[] {
    const oldest = Math.floor(at / MINUTE_MS) - MINUTES;
    const failing: ConnectorState[] = [];
    for (const [provider, minutes] of this.#providers) {
      const recent = minutes.filter(({ minute }) => minute > oldest);
      const tried = recent.reduce((sum, one) => sum + one.tried, 0);
      const failed = recent.reduce((sum, one) => sum + one.failed, 0);
      if (tried >= FEWEST && failed >= FAILING_SHARE * tried) failing.push({ provider, tried, failed });
    }
    return failing;
  }
}

/** A refusal of one number or text says nothing about the provider. */
function isConnectorsFault(outcome: SubmissionOutcome): boolean {
  if (outcome.type === "accepted") return false;
  if (outcome.type === "in_doubt") return true;
  return outcome.kind === "unavailable" || outcome.kind === "credentials";
}
