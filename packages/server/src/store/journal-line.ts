import type { AccountId, EpochMilliseconds, Verdict, VerdictAction } from "@safeguard/core";
import type { MessageId } from "../gateway/message-id.ts";
import type { JournalRecord, MessageDecided } from "./journal-record.ts";

type DecisionMade = Extract<JournalRecord, { readonly type: "decision_made" }>;
type SubmissionEnded = Extract<JournalRecord, { readonly type: "submission_ended" }>;

/** What the tables want of a decision. */
export interface DecisionFront {
  readonly account: AccountId;
  readonly at: EpochMilliseconds;
  readonly candidates: readonly string[];
  readonly action: VerdictAction;
}

/** What the tables want of a message's decision. */
export type MessageFront = DecisionFront & Pick<MessageDecided, (typeof WANTED_OF_MESSAGE)[number]>;

/**
 * Stand before a decision without a message, before a message's, and before a submission that was accepted; the JSON of any
 * other record begins with a brace.
 */
const DECISION = "=";
const MESSAGE = ">";
const ACCEPTED = "+";

// Fields in the order in which their values stand, null for an absent one. Published: what is added goes to the end.
const WANTED_OF_MESSAGE = ["id", "to", "originator", "segments", "reference", "price", "intent"] as const;
const DECIDED = ["key", "numberType", "valid", "channel", "purpose", "riskCheck", "twin", "endUserAddress"] as const;
const OF_DECISION = [
  "id",
  "to",
  "originator",
  ...DECIDED,
  "device",
  "price",
  "heldSince",
  "uncounted",
  "content",
  "keys",
  "pricesIn",
] as const;
const OF_MESSAGE = [
  ...DECIDED,
  "dialect",
  "channels",
  "removedChannels",
  "callback",
  "answer",
  "device",
  "counted",
  "heldSince",
  "uncounted",
  "content",
  "keys",
  "pricesIn",
] as const;
const OF_VERDICT = ["reason", "findings", "score", "policy", "degraded", "detection", "until", "would"] as const;

/**
 * A record as one line. Decisions are by far the most frequent: theirs have parts with tabs between them (which JSON
 * escapes), first what the tables want, last the verdict, values without names. Such a line is half as long as JSON with
 * names, and whoever wants its front reads no further. Most messages' second record, an accepted submission, is as short.
 * Every other record is its JSON.
 */
export function writeLine(record: JournalRecord): string {
  switch (record.type) {
    case "decision_made":
      return `${DECISION}${front(record)}\t${values(record, OF_DECISION)}\t${verdictText(record.verdict)}`;
    case "message_decided":
      return `${MESSAGE}${front(record)}\t${values(record, WANTED_OF_MESSAGE)}\t${values(record, OF_MESSAGE)}\t${verdictText(record.verdict)}`;
    case "submission_ended": {
      const { message, at, provider, attempt, outcome } = record;
      // (an answer is not recorded; were it, it would need names)
      if (outcome.type !== "accepted" || outcome.answer !== undefined) return JSON.stringify(record);
      return `${ACCEPTED}${message}\t${at}\t${attempt}\t${JSON.stringify([provider, outcome.providerId])}`;
    }
    default:
      return JSON.stringify(record);
  }
}

export function readLine(line: string): JournalRecord {
  if (line.startsWith("{")) return JSON.parse(line) as JournalRecord;
  if (line.startsWith(ACCEPTED)) return readAccepted(line);
  const first = readFirstForm(line);
  if (first !== undefined) return first;
  const parts = line.slice(1).split("\t");
  const { action, ...front } = readFront(parts);
  const verdict = named(OF_VERDICT, parts.at(-1), { action });
  return (line.startsWith(DECISION)
    ? named(OF_DECISION, parts[4], { type: "decision_made", ...front, verdict })
    : named(
        OF_MESSAGE,
        parts[5],
        named(WANTED_OF_MESSAGE, parts[4], { type: "message_decided", ...front, verdict }),
      )) as unknown as JournalRecord;
}

/** Undefined: the line is no decision without a message. */
export function readDecisionFront(line: string): DecisionFront | undefined {
  if (!line.startsWith(DECISION)) return undefined;
  const first = readFirstForm(line);
  if (first === undefined) return readFront(line.slice(1).split("\t", 4));
  const { account, at, candidates, verdict } = first;
  return { account, at, candidates, action: verdict.action };
}

/** The number of a decision without a message. */
export function readDecisionNumber(line: string): string | undefined {
  if (!line.startsWith(DECISION)) return undefined;
  const first = readFirstForm(line);
  if (first !== undefined) return first.to;
  return String(named(OF_DECISION, line.slice(1).split("\t", 5)[4], {})["to"]);
}

/** Undefined: the line is no message's decision. */
export function readMessageFront(line: string): MessageFront | undefined {
  if (!line.startsWith(MESSAGE)) return undefined;
  const parts = line.slice(1).split("\t", 5);
  return named(WANTED_OF_MESSAGE, parts[4], { ...readFront(parts) }) as unknown as MessageFront;
}

/**
 * How the first version wrote a decision without a message: what is counted with spaces between, and then its JSON, which
 * escapes tabs. Undefined: not so.
 */
function readFirstForm(line: string): DecisionMade | undefined {
  if (!line.startsWith(DECISION) || line.includes("\t")) return undefined;
  return JSON.parse(line.slice(line.indexOf("{"))) as DecisionMade;
}

function readAccepted(line: string): SubmissionEnded {
  const [message, at, attempt, rest = "[]"] = line.slice(1).split("\t");
  const [provider, providerId] = JSON.parse(rest) as [string, string | null];
  return {
    type: "submission_ended",
    message: message as MessageId,
    at: Number(at) as EpochMilliseconds,
    provider,
    attempt: Number(attempt),
    outcome: { type: "accepted", providerId: providerId ?? undefined, answer: undefined },
  };
}

function front({ account, at, candidates, verdict }: DecisionMade | MessageDecided): string {
  return `${account}\t${at}\t${candidates.join(",")}\t${verdict.action}`;
}

function readFront([account, at, candidates = "", action]: readonly string[]): DecisionFront {
  return {
    account: account as AccountId,
    at: Number(at) as EpochMilliseconds,
    candidates: candidates.split(","),
    action: action as VerdictAction,
  };
}

/** One verdict object serves many decisions (see the core's `decide`), and is written once. */
const VERDICT_TEXTS = new WeakMap<Verdict, string>();

function verdictText(verdict: Verdict): string {
  const known = VERDICT_TEXTS.get(verdict);
  if (known !== undefined) return known;
  const text = values(verdict, OF_VERDICT);
  VERDICT_TEXTS.set(verdict, text);
  return text;
}

function values(object: object, fields: readonly string[]): string {
  return JSON.stringify(fields.map((field) => (object as Readonly<Record<string, unknown>>)[field]));
}

/** Gives the values their names again, beside those that `object` has already. */
function named(fields: readonly string[], text: string | undefined, object: Record<string, unknown>) {
  const list = JSON.parse(text ?? "[]") as readonly unknown[];
  for (const [index, field] of fields.entries()) if ((list[index] ?? null) !== null) object[field] = list[index];
  return object;
}
