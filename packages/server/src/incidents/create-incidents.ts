import type { AccountId, Engine, EpochMilliseconds, Incident } from "@safeguard/core";
import type { Directory } from "../accounts/directory.ts";
import type { AlertEvent } from "../alerts/alert-facts.ts";
import type { PlannedNotice } from "../alerts/alert-notices.ts";
import { alertSubject } from "../alerts/alert-subject.ts";
import type { CeilingAlerts } from "../limits/ceiling-alerts.ts";
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
  /** What there is to say of an account's ceilings. */
  readonly ceilings?: Pick<CeilingAlerts, "due">;
  /** What there is to say besides detection and ceilings. */
  readonly sources?: readonly AlertSource[];
  /** Whom an alert is to be told to. Absent: nobody; it is listed only. */
  readonly noticesFor?: (account: AccountId, event: AlertEvent) => readonly PlannedNotice[];
  /** New notices stand in the journal. */
  readonly noticesQueued?: () => void;
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

/** One that knows whether there is something that people should know of. */
export interface AlertSource {
  /** What there is to say of an account at this time; the same things for as long as they are so. */
  due(account: AccountId, at: EpochMilliseconds): readonly AlertDue[];
}

type OpenAlert = Pick<DetectionAlert, "id" | "account" | "code" | "sentence" | "facts">;

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
    const over: AlertEvent[] = [];
    for (const [key, { id, account: of, code, sentence, facts }] of open) {
      if (of !== account || wanted.has(key)) continue;
      open.delete(key);
      resolved.push({ type: "alert_resolved", at, account, alert: id, code });
      if (facts !== undefined) over.push({ alert: id, event: "resolved", at, sentence, facts });
    }
    const raised = [...wanted].flatMap(([key, alert]) => (open.has(key) ? [] : [{ key, alert }]));
    const records: JournalRecord[] = [
      ...resolved,
      ...raised.map(({ key, alert }, index): DetectionAlert => {
        // (its place in one append, with those before it)
        const id = store.journal.upcomingId(resolved.length + index);
        open.set(key, { id, account, ...alert });
        warn({ account, code: alert.code, incident: alert.incident }, alert.sentence);
        return { type: "detection_alert", id, at, account, ...alert };
      }),
    ];
    return withNotices(records, account, [...over, ...raisedEvents(records)]);
  }

  /** The records, and in the same append what is to be told of them: an alert that is durable will be told. */
  function withNotices(
    records: readonly JournalRecord[],
    account: AccountId,
    events: readonly AlertEvent[],
  ): JournalRecord[] {
    const planned = events.flatMap((event) => deps.noticesFor?.(account, event) ?? []);
    return [
      ...records,
      ...planned.map(({ notice, dueAt }, index): JournalRecord => {
        const id = store.journal.upcomingId(records.length + index);
        const at = events[0]?.at ?? now();
        return { type: "notice_queued", id, at, notice, ...(dueAt === undefined ? {} : { dueAt }) };
      }),
    ];
  }

  /** What was just written down to be told may be told when it is durable. */
  async function appendAndTell(records: readonly JournalRecord[]): Promise<void> {
    await append(records);
    if (records.some(({ type }) => type === "notice_queued")) deps.noticesQueued?.();
  }

  function hasOpen(account: AccountId): boolean {
    for (const alert of open.values()) if (alert.account === account) return true;
    return false;
  }

  async function checkAccounts(accounts: Iterable<AccountId>, at: EpochMilliseconds): Promise<void> {
    if (!started || !store.journal.writable) return;
    const appended: Promise<void>[] = [];
    for (const id of accounts) {
      const account = directory.account(id);
      const detection = engine.findDetection(id);
      if (account === undefined) continue;
      const ceilings = [deps.ceilings, ...(deps.sources ?? [])].flatMap((source) => source?.due(id, at) ?? []);
      if (detection === undefined && ceilings.length === 0 && !hasOpen(id)) continue;
      const levels = engine.levelsFor(id, account.defaultPolicy, at);
      const ofDetection = detection === undefined ? [] : alertsDue(detection, levels, at);
      const records = settleAlerts(id, [...ofDetection, ...ceilings], at);
      if (records.length > 0) appended.push(appendAndTell(records));
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
        for (const { id, account, code, incident, sentence, facts } of page.items) {
          const alert = { id, account, code, sentence, ...(facts !== undefined && { facts }) };
          open.set(alertKey({ ...alert, incident }), alert);
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
    async raise(account, alert) {
      if (!store.journal.writable) return;
      const at = now();
      const id = store.journal.upcomingId();
      warn({ account, code: alert.code }, alert.sentence);
      const records: JournalRecord[] = [
        { type: "detection_alert", id, at, account, ...alert },
        { type: "alert_resolved", at, account, alert: id, code: alert.code },
      ];
      await appendAndTell(withNotices(records, account, raisedEvents(records)));
    },
    async close() {
      clearInterval(timer);
      await save(now(), true);
      await saving;
    },
  };
}

function raisedEvents(records: readonly JournalRecord[]): readonly AlertEvent[] {
  return records.flatMap((record) => {
    if (record.type !== "detection_alert" || record.facts === undefined) return [];
    const { id, at, sentence, facts } = record;
    return [{ alert: id, event: "raised", at, sentence, facts } as const];
  });
}

function alertKey({
  account,
  code,
  incident = 0,
  facts,
}: Pick<OpenAlert, "account" | "code" | "facts"> & { incident?: number | undefined }) {
  return `${account} ${code} ${incident} ${facts === undefined ? "" : alertSubject(facts)}`;
}
