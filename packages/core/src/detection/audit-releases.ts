import type { AccountSignals } from "../signals/account-signals.ts";
import { SESSION, type SessionNumber } from "../signals/session-log.ts";
import { AuditLedger } from "./audit-ledger.ts";

/** The stopped messages that were released by lot, until it is known what became of them; and what they have shown. */
export class AuditReleases {
  readonly ledger: AuditLedger;
  #awaited: SessionNumber[];

  constructor(ledger: AuditLedger = new AuditLedger(), awaited: readonly SessionNumber[] = []) {
    this.ledger = ledger;
    this.#awaited = [...awaited];
  }

  await(session: SessionNumber): void {
    this.#awaited.push(session);
  }

  /** Those that have had their time to be answered tell how many of the stopped are legitimate. */
  settle({ log, matureAfter }: AccountSignals, until: number): void {
    this.#awaited = this.#awaited.filter((session) => {
      if (!log.has(session)) return false;
      if (log.at(session) > until - matureAfter) return true;
      this.ledger.observe((log.state(session) & SESSION.converted) !== 0);
      return false;
    });
  }

  snapshot(): AuditReleasesSnapshot {
    return { ledger: this.ledger.snapshot(), awaited: [...this.#awaited] };
  }

  static restore({ ledger, awaited }: AuditReleasesSnapshot): AuditReleases {
    return new AuditReleases(AuditLedger.restore(ledger), awaited);
  }
}

export interface AuditReleasesSnapshot {
  readonly ledger: readonly number[];
  readonly awaited: readonly SessionNumber[];
}
