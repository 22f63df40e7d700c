import type { AccountId, EpochMilliseconds } from "@safeguard/core";
import type { Directory } from "../accounts/directory.ts";
import type { Changes } from "../changes.ts";
import type { AlertDue } from "../incidents/alerts-due.ts";
import type { AlertSource } from "../incidents/create-incidents.ts";
import type { Incidents } from "../incidents/incidents.ts";
import type { PolicyBook } from "../policies/policy-book.ts";
import type { JournalRecord } from "../store/journal-record.ts";
import type { Store } from "../store/store.ts";
import type { AlertEvent } from "./alert-facts.ts";
import { alertNotices, type PlannedNotice } from "./alert-notices.ts";
import { alertSubject } from "./alert-subject.ts";
import { ConnectorHealth } from "./connector-health.ts";
import { dailyDigest, digestDayDue } from "./daily-digest.ts";
import { FirstBlocks } from "./first-blocks.ts";
import { policyChanged } from "./policy-changed.ts";
import { RecentlyTold } from "./recently-told.ts";
import type { AlertSettingsBook } from "./settings-book.ts";

export interface AlertingDeps {
  readonly store: Pick<Store, "usage" | "incidents" | "alerts" | "deliveries">;
  readonly changes: Changes;
  readonly settings: Pick<AlertSettingsBook, "of">;
  readonly directory: Pick<Directory, "accounts">;
  readonly book: Pick<PolicyBook, "inForce">;
  /** May this account's messages go through this provider? */
  readonly uses: (account: AccountId, provider: string) => boolean;
  /** Parts that are missing for everybody, now. */
  readonly degraded: AlertSource;
  readonly now: () => EpochMilliseconds;
  readonly onFault: (failure: unknown) => void;
}

/** Makes alerts of what happens besides detection, and says whom each alert is told to. */
export interface Alerting extends AlertSource {
  /** Whom to tell; for `createIncidents`. */
  noticesFor(account: AccountId, event: AlertEvent): readonly PlannedNotice[];
  /** Remembers what earlier runs told; from then on things happen. */
  start(incidents: Pick<Incidents, "raise">): Promise<void>;
  /** What is given to the journal, before it is applied to the policy book. */
  hear(record: JournalRecord): void;
  /** A notice was given up after all its tries; the first of them was at `since`. */
  givenUp(account: AccountId, receiver: string, since: EpochMilliseconds): void;
  /** Tests a channel, or all. */
  test(account: AccountId): Promise<void>;
  stop(): void;
}

const LOOK_MS = 60_000;
const REMEMBERED_ALERTS = 1000;

export function createAlerting(deps: AlertingDeps): Alerting {
  const { store, settings, directory, now, onFault } = deps;
  const connectors = new ConnectorHealth();
  const firstBlocks = new FirstBlocks();
  const told = new RecentlyTold();
  const digests = new Set<string>();
  let incidents: Pick<Incidents, "raise"> | undefined;
  let timer: NodeJS.Timeout | undefined;

  function raise(account: AccountId, alert: AlertDue | undefined): void {
    // After the record that it follows from: that one is being appended just now.
    if (alert !== undefined) queueMicrotask(() => void incidents?.raise(account, alert).catch(onFault));
  }

  async function digest(): Promise<void> {
    for (const { id } of directory.accounts()) {
      const day = digestDayDue(settings.of(id), now());
      if (day === undefined || digests.has(`${id} ${day}`)) continue;
      digests.add(`${id} ${day}`);
      await incidents?.raise(id, await dailyDigest(store, id, day));
    }
  }

  return {
    noticesFor(account, event) {
      const chosen = settings.of(account);
      const { code } = event.facts;
      const planned = alertNotices(chosen, event);
      // What an incident is told for is told once anyhow; and who was told the beginning is told the end.
      if (planned.length === 0 || event.event === "resolved" || code === "test" || "incident" in event.facts)
        return planned;
      const about = `${account} ${code} ${alertSubject(event.facts)}`;
      return told.mayTell(about, event.at, chosen.repeatAfterMinutes * 60_000) ? planned : [];
    },
    due(account, at) {
      const failing = connectors.failing(at).filter(({ provider }) => deps.uses(account, provider));
      return [
        ...deps.degraded.due(account, at),
        ...failing.map(
          ({ provider, tried, failed }): AlertDue => ({
            code: "connector_failing",
            facts: { code: "connector_failing", provider, tried, failed },
            sentence: `The provider ${provider} fails: ${failed} of its last ${tried} submissions.`,
          }),
        ),
      ];
    },
    async start(raising) {
      const { items } = await store.alerts.list(undefined, {}, REMEMBERED_ALERTS);
      for (const { account, facts } of items) {
        if (facts === undefined) continue;
        firstBlocks.remember(account, facts);
        if (facts.code === "daily_digest") digests.add(`${account} ${facts.day}`);
      }
      incidents = raising;
      timer = setInterval(() => void digest().catch(onFault), LOOK_MS).unref();
    },
    hear(record) {
      if (incidents === undefined) return;
      switch (record.type) {
        case "message_decided":
        case "decision_made":
          raise(record.account, firstBlocks.hear(record));
          return;
        case "submission_ended":
          connectors.hear(record);
          return;
        case "revision_saved": {
          const { revision, at } = record;
          const before = deps.book.inForce(revision.account, revision.policy, at);
          // What the operator sets up an account with changes nothing that was.
          if (before === undefined && revision.author.type === "operator") return;
          raise(revision.account, policyChanged(revision, before));
          return;
        }
        default:
          return;
      }
    },
    givenUp(account, receiver, since) {
      void (async () => {
        // It took others meanwhile: this one notice is what it does not like.
        if (await store.deliveries.takenSince(account, receiver, since)) return;
        const at = now();
        const actor = { type: "operator", name: "webhooks" } as const;
        await deps.changes.commit([{ type: "receiver_paused", at, actor, account, receiver }]);
        await incidents?.raise(account, {
          code: "webhook_paused",
          facts: { code: "webhook_paused", receiver, since },
          sentence: `${receiver} has taken nothing since ${new Date(since).toISOString().slice(0, 16)}Z. Nothing more is sent to it until it is resumed.`,
        });
      })().catch(onFault);
    },
    async test(account) {
      await incidents?.raise(account, {
        code: "test",
        facts: { code: "test" },
        sentence: "This is a test. Alerts of this account arrive here.",
      });
    },
    stop() {
      clearInterval(timer);
    },
  };
}
