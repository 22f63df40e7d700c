import type { AccountId, Channel, Engine, EpochMilliseconds, VerdictAction } from "@safeguard/core";
import { type Account, DEFAULT_ANSWERS } from "../../accounts/account.ts";
import type { ApiKey } from "../../accounts/api-key.ts";
import { createPriceList } from "../../prices/price-list.ts";
import { GroupJournal } from "../../store/group-journal.ts";
import type { Journal } from "../../store/journal.ts";
import { readLine } from "../../store/journal-line.ts";
import type { JournalRecord } from "../../store/journal-record.ts";
import { createRecordIds } from "../../store/record-ids.ts";
import { HeldMessages } from "../held-messages.ts";
import type { Connector, Submission, SubmissionOutcome } from "../outbound/connector.ts";
import type { OutgoingMessage } from "../outgoing-message.ts";
import { createScreening } from "../screening.ts";
import type { Screening } from "../screening-port.ts";

/** What happened around screening, in the order in which it happened. */
export type ScreeningEvent =
  | { readonly type: "decided"; readonly originator: string; readonly channel: Channel; readonly action: VerdictAction }
  /** One `append`. */
  | { readonly type: "appended"; readonly records: readonly JournalRecord[] }
  /** These are on stable storage now. */
  | { readonly type: "durable"; readonly records: readonly JournalRecord[] }
  | { readonly type: "called"; readonly connector: string; readonly batch: readonly Submission[] }
  | { readonly type: "notices_queued" };

export interface ScreeningBenchOptions {
  /** An engine, or a script. */
  readonly decide: Engine["decide"];
  /** Connectors for every destination, in order. */
  readonly connectors?: readonly Connector[];
  /** How the journal's disk takes a group; rejects as a full disk does. Default: at once. */
  /** How many messages may wait. Default 0: what is held is answered at once. */
  readonly mostHeld?: number;
  readonly disk?: (records: readonly JournalRecord[]) => Promise<void>;
}

/** Screening with the real journal over a scripted disk, a scripted way out, and an account of everything that happened. */
export function screeningBench({
  decide,
  connectors = [],
  mostHeld = 0,
  disk = () => Promise.resolve(),
}: ScreeningBenchOptions) {
  const events: ScreeningEvent[] = [];
  const grouped = new GroupJournal(
    {
      async commit({ text }) {
        const records = text.split("\n").map(readLine);
        await disk(records);
        events.push({ type: "durable", records });
      },
      groupsFrom: () => Promise.resolve([]),
    },
    createRecordIds(new Uint8Array(32) as Parameters<typeof createRecordIds>[0], 1n),
    0,
  );
  const journal: Pick<Journal, "upcomingId" | "append"> = {
    upcomingId: (offset) => grouped.upcomingId(offset),
    append(records) {
      events.push({ type: "appended", records: [...records] });
      return grouped.append(records);
    },
  };
  let now = AT;
  const recording = connectors.map(
    (connector): Connector => ({
      ...connector,
      submit(batch) {
        events.push({ type: "called", connector: connector.id, batch });
        return connector.submit(batch);
      },
    }),
  );
  const asked: Engine["decide"] = (message, policy) => {
    const verdict = decide(message, policy);
    const { originator, channel } = message;
    events.push({ type: "decided", originator, channel, action: verdict.action });
    return verdict;
  };
  const held = new HeldMessages(() => now, mostHeld);
  const screening = createScreening({
    journal: journal as Journal,
    engine: {
      decide: asked,
      decideByRules: asked,
      limitNeeds: () => undefined,
      preview: asked,
      previewByRules: asked,
      reconsider: asked,
      reconsiderByRules: asked,
    },
    held,
    policyFor: ({ policy, principal }) => policy ?? principal.account.defaultPolicy,
    providers: {
      connectorsFor: () => recording,
      connector: (id) => recording.find((connector) => connector.id === id),
    },
    prices: createPriceList({}),
    contentOf: (text) => text,
    callbackUrl: (connector, message) => `https://sms.example.com/reports/${connector.id}/${message}`,
    now: () => now,
    noticesQueued: () => void events.push({ type: "notices_queued" }),
  }) as Required<Screening>;
  return {
    screening,
    held,
    events,
    /** The clock goes on. */
    pass(milliseconds: number): void {
      now = (now + milliseconds) as EpochMilliseconds;
    },
    /** Every record of one type, in order. */
    recorded<T extends JournalRecord["type"]>(type: T): readonly Extract<JournalRecord, { type: T }>[] {
      return events.flatMap((event) =>
        event.type === "appended" ? event.records.filter((record) => record.type === type) : [],
      ) as never;
    },
    /** Every submission of every call, in order. */
    submitted(): readonly (Submission & { readonly connector: string })[] {
      return events.flatMap((event) =>
        event.type === "called" ? event.batch.map((one) => ({ ...one, connector: event.connector })) : [],
      );
    },
  };
}

/** 2026-11-22T12:00:00Z. */
export const AT = Date.UTC(2026, 10, 22, 12) as EpochMilliseconds;

/** A connector that answers as `outcome` says, one message after the other. */
export function scriptedConnector(
  id: string,
  outcome: (submission: Submission) => SubmissionOutcome | Promise<SubmissionOutcome>,
  maxBatch = 1000,
): Connector {
  return {
    id,
    kind: "http",
    maxBatch,
    submit: (batch) => Promise.all(batch.map((submission) => outcome(submission))),
    close: () => Promise.resolve(),
  };
}

export const ACCEPTED: SubmissionOutcome = { type: "accepted", providerId: "P1", answer: { status: 201, body: "{}" } };
export const REFUSED: SubmissionOutcome = {
  type: "refused",
  kind: "blocked",
  code: "30007",
  text: "filtered",
  answer: { status: 400, body: "a body that may hold the text" },
};
export const IN_DOUBT: SubmissionOutcome = { type: "in_doubt", cause: "timeout", text: "no answer in time" };

/** An SMS of a native client to the Netherlands, unless `changes` say otherwise. */
export function outgoingMessage(
  changes: Partial<OutgoingMessage> = {},
  settings: { readonly account?: Partial<Account>; readonly key?: Partial<ApiKey> } = {},
): OutgoingMessage {
  return {
    principal: { type: "key", account: { ...ACCOUNT, ...settings.account }, key: { ...KEY, ...settings.key } },
    dialect: "native",
    to: "+31612345678",
    originator: "Acme",
    text: "Your code is 123456",
    channels: ["sms"],
    channelsDeclared: false,
    purpose: undefined,
    policy: undefined,
    riskCheck: "enable",
    reference: undefined,
    callback: undefined,
    endUserAddress: undefined,
    wire: undefined,
    at: AT,
    ...changes,
  };
}

export const ACCOUNT: Account = {
  id: "acc_00000000000000000001" as AccountId,
  name: "Acme",
  twilioSid: `AC${"1".repeat(32)}`,
  currency: "USD",
  networks: [],
  defaultPolicy: "default",
  senderPolicies: {},
  defaultPurpose: "otp",
  answers: DEFAULT_ANSWERS,
  reports: {},
  createdAt: AT,
};

export const KEY: ApiKey = {
  id: "key_00000000000000000001",
  account: ACCOUNT.id,
  name: "test",
  mode: "live",
  scopes: ["messages:send"],
  secretHash: "",
  productTokenHash: "",
  authTokenHash: "",
  authTokenSealed: "",
  hint: "",
  networks: [],
  mayChoosePolicies: [],
  mayDisableRiskCheck: false,
  createdAt: AT,
};
