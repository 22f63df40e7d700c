import type { AccountId, Engine, EpochMilliseconds, Incident } from "@safeguard/core";
import type { Directory } from "../accounts/directory.ts";
import type { DetectionAlert, JournalRecord } from "../store/journal-record.ts";
import type { Store } from "../store/store.ts";
import { type AlertDue, alertsDue } from "./alerts-due.ts";
import { detectionEventOf } from "./detection-event-of.ts";
import type { Incidents } from "./incidents.ts";
import { isSaveDue, type SavedIncident, savedIncident } from "./save-pace.ts";

export interface IncidentsDeps {
  readonly store: Pick<Store, "journal" | "alerts" | "switches">;
  readonly engine: Engine;
  readonly directory: Pick<Directory, "accounts" | "account">;
  readonly now: () => EpochMilliseconds;
  /** Warns whoever runs the server. */
  readonly warn: (facts: Readonly<Record<string, unknown>>, text: string) => void;
  readonly onFault: (failure: unknown) => void;
}

/** How often what waits is looked at. */
const LOOK_MS = 1000;
/** Saved incidents that are remembered, to tell what has changed since. */
const REMEMBERED = 10_000;
const PAGE = 1000;

interface OpenAlert {
  readonly id: DetectionAlert["id"];
  readonly account: AccountId;
  readonly code: DetectionAlert["code"];
}

export function createIncidents(deps: IncidentsDeps): Incidents {
  const { store, engine, directory, now, warn, onFault } = deps;
  const waiting = new Map<string, Incident>();
  const saved = new Map<string, SavedIncident>();
  /** By account, code and incident: what is raised and not resolved. */
  const open = new Map<string, OpenAlert>();
  let saving: Promise<void> = Promise.resolve();
  let started = false;

  function append(records: readonly JournalRecord[]): Promise<void> {
    if (records.length === 0) return saving;
    const durable = store.journal.append(records);
    saving = Promise.allSettled([saving, durable]).then(() => undefined);
    return durable;
  }

  /** Writes those that are due; `all`: and the others. */
  function save(at: EpochMilliseconds, all = false): Promise<void> {
    if (!store.journal.writable) return saving;
    const records: JournalRecord[] = [];
    for (const [key, incident] of waiting) {
      if (!all && !isSaveDue(incident, saved.get(key), at)) continue;
      waiting.delete(key);
      saved.delete(key);
      saved.set(key, savedIncident(incident, at));
      records.push({ type: "incident_saved", at, incident });
    }
    for (const key of saved.keys()) {
      if (saved.size <= REMEMBERED) break;
      saved.delete(key);
    }
    return append(records);
  }

  /** What is due and not raised is raised, what is raised and not due any more is resolved. */
  function settleAlerts(account: AccountId, due: readonly AlertDue[], at: EpochMilliseconds): JournalRecord[] {
    const wanted = new Map(due.map((alert) => [alertKey({ account, ...alert }), alert]));
    const resolved: JournalRecord[] = [];
    for (const [key, { id, account: of, code }] of open) {
      if (of !== account || wanted.has(key)) continue;
      open.delete(key);
      resolved.push({ type: "alert_resolved", at, account, alert: id, code });
    }
    const raised = [...wanted].flatMap(([key, alert]) => (open.has(key) ? [] : [{ key, alert }]));
    return [
      ...resolved,
      ...raised.map(({ key, alert }, index): DetectionAlert => {
        // (its place in one append, with those before it)
        const id = store.journal.upcomingId(resolved.length + index);
        open.set(key, { id, account, code: alert.code });
        warn({ account, code: alert.code, incident: alert.incident }, alert.sentence);
        return { type: "detection_alert", id, at, account, ...alert };
      }),
    ];
  }

  async function checkAccounts(accounts: Iterable<AccountId>, at: EpochMilliseconds): Promise<void> {
    if (!started || !store.journal.writable) return;
    const appended: Promise<void>[] = [];
    for (const id of accounts) {
      const account = directory.account(id);
      const detection = engine.findDetection(id);
      if (account === undefined || detection === undefined) continue;
      const levels = engine.levelsFor(id, account.defaultPolicy, at);
      const records = settleAlerts(id, alertsDue(detection, levels, at), at);
      if (records.length > 0) appended.push(append(records));
    }
    await Promise.all(appended);
  }

  const timer = setInterval(() => void save(now()).catch(onFault), LOOK_MS);
  timer.unref();

  return {
    async start() {
      for (let cursor: string | undefined, more = true; more; more = cursor !== undefined) {
        const page: Awaited<ReturnType<Store["alerts"]["list"]>> = await store.alerts.list(
          undefined,
          { openOnly: true },
          PAGE,
          cursor,
        );
        for (const { id, account, code, incident } of page.items) {
          open.set(alertKey({ account, code, incident }), { id, account, code });
        }
        cursor = page.next;
      }
      // Whatever else became of the engine's state, a lockdown holds.
      for (const said of await store.switches.all()) {
        const event = detectionEventOf(said);
        if (event !== undefined && said.until > now()) engine.apply(event);
      }
      started = true;
    },
    record(changed) {
      if (changed.length === 0) return;
      const at = now();
      const accounts = new Set<AccountId>();
      for (const incident of changed) {
        const key = `${incident.account} ${incident.number}`;
        waiting.set(key, incident);
        if (saved.get(key)?.state !== incident.state) accounts.add(incident.account);
      }
      save(at).catch(onFault);
      if (accounts.size > 0) checkAccounts(accounts, at).catch(onFault);
    },
    async flush() {
      await save(now(), true);
      await saving;
    },
    checkAlerts: (at) =>
      checkAccounts(
        directory.accounts().map(({ id }) => id),
        at,
      ),
    async close() {
      clearInterval(timer);
      await save(now(), true);
      await saving;
    },
  };
}

function alertKey({
  account,
  code,
  incident = 0,
}: {
  account: AccountId;
  code: string;
  incident?: number | undefined;
}) {
  return `${account} ${code} ${incident}`;
}
