import { parseRecipient } from "@safeguard/core";
import type { Account } from "../accounts/account.ts";
import type { JournalRecord } from "../store/journal-record.ts";
import { answerPurpose } from "../store/number-trace.ts";
import type { Seal } from "../store/seal.ts";
import type { Store } from "../store/store.ts";
import { blockAnswer } from "./block-answer.ts";
import type { MessageId } from "./message-id.ts";
import type { OutgoingMessage } from "./outgoing-message.ts";
import type { Screening, ScreeningResult } from "./screening-port.ts";

export interface OnceByReference {
  /** Screening that gives a message that was taken before as `repeated`, where its account chose that. */
  around(screening: Screening): Screening;
  /** Belongs into the same append as the message's decision; undefined: its account did not choose it, or it has no reference. */
  recordOf(outgoing: OutgoingMessage, id: MessageId): JournalRecord | undefined;
}

/** A message whose slot no other request holds. */
interface Mine {
  readonly index: number;
  readonly slot: string;
  /** The slot, with its account. */
  readonly name: string;
  readonly end: PromiseWithResolvers<ScreeningResult>;
}

/**
 * One effect per account, mode of the key (a test keeps no live message back), reference of the client and number, where the account says `onSameReference: once`: also of requests
 * that come at the same time, and across a crash, because what was taken is recorded with the decision or not at all. It is
 * kept as long as answers under an `Idempotency-Key`. What else is different in the second message is not looked at: the
 * reference is the client's word for "the same message".
 */
export function createOnceByReference(store: Pick<Store, "requests" | "messages">, seal: Seal): OnceByReference {
  /** Those that are being decided now, by account and slot. */
  const atWork = new Map<string, Promise<ScreeningResult>>();

  /** Under which a message is found again; undefined: it may go out as often as it comes. No client's key has a space. */
  function slotOf({ principal, reference, to, dialect }: OutgoingMessage): string | undefined {
    const { account, key } = principal;
    if (account.onSameReference !== "once" || reference === undefined || reference === "") return undefined;
    const parsed = parseRecipient(to, dialect);
    if (!parsed.ok) return undefined;
    const named = seal.hash(`${key.mode} ${parsed.recipient.e164} ${reference}`, `reference:${account.id}`);
    return `reference ${named}`;
  }

  async function taken(account: Account, slot: string): Promise<ScreeningResult | undefined> {
    const known = await store.requests.find(account.id, slot);
    if (known === undefined) return undefined;
    return repeated(account, seal.open(known.body, answerPurpose(account.id, slot)) as MessageId);
  }

  async function repeated(account: Account, id: MessageId): Promise<ScreeningResult> {
    const message = await store.messages.find(account.id, id);
    if (message === undefined) throw new TakenMessageMissing(id);
    const { dialect, verdict } = message;
    const answer = verdict.action === "allow" ? "report" : blockAnswer(dialect, verdict, account.answers);
    return { type: "repeated", id, message, answer };
  }

  async function send(screening: Screening, messages: readonly OutgoingMessage[]): Promise<readonly ScreeningResult[]> {
    const results = new Array<ScreeningResult | undefined>(messages.length);
    const mine: Mine[] = [];
    const others: { readonly index: number; readonly first: Promise<ScreeningResult> }[] = [];
    // Nothing waits here: of two that come at the same time one is the first.
    for (const [index, outgoing] of messages.entries()) {
      const slot = slotOf(outgoing);
      if (slot === undefined) continue;
      const name = `${outgoing.principal.account.id} ${slot}`;
      const first = atWork.get(name);
      if (first !== undefined) others.push({ index, first });
      else {
        const end = Promise.withResolvers<ScreeningResult>();
        end.promise.catch(() => undefined);
        atWork.set(name, end.promise);
        mine.push({ index, slot, name, end });
      }
    }
    try {
      await Promise.all(
        mine.map(async ({ index, slot }) => {
          results[index] = await taken(messageAt(messages, index).principal.account, slot);
        }),
      );
      const waits = new Set(others.map(({ index }) => index));
      const fresh = messages.flatMap((_, index) => (results[index] === undefined && !waits.has(index) ? [index] : []));
      const sent = fresh.length === 0 ? [] : await screening.send(fresh.map((index) => messageAt(messages, index)));
      for (const [place, index] of fresh.entries()) results[index] = sent[place];
      for (const { index, end } of mine) end.resolve(resultAt(results, index));
    } catch (failure) {
      for (const { end } of mine) end.reject(failure);
      throw failure;
    } finally {
      for (const { name } of mine) atWork.delete(name);
    }
    // Only now: two requests that wait for each other's messages have both sent their own.
    for (const { index, first } of others) {
      const result = await first;
      const { account } = messageAt(messages, index).principal;
      results[index] = result.type === "rejected" ? result : await repeated(account, result.id);
    }
    return messages.map((_, index) => resultAt(results, index));
  }

  return {
    around: (screening) => ({
      ...screening,
      send: (messages) =>
        messages.some(({ principal }) => principal.account.onSameReference === "once")
          ? send(screening, messages)
          : screening.send(messages),
    }),
    recordOf(outgoing, id) {
      const slot = slotOf(outgoing);
      if (slot === undefined) return undefined;
      const account = outgoing.principal.account.id;
      const body = seal.seal(id, answerPurpose(account, slot));
      return {
        type: "request_answered",
        at: outgoing.at,
        account,
        idempotencyKey: slot,
        requestHash: "",
        status: 201,
        body,
      };
    },
  };
}

function messageAt(messages: readonly OutgoingMessage[], index: number): OutgoingMessage {
  const message = messages[index];
  if (message === undefined) throw new RangeError(`there is no message ${index} of ${messages.length}`);
  return message;
}

function resultAt(results: readonly (ScreeningResult | undefined)[], index: number): ScreeningResult {
  const result = results[index];
  if (result === undefined) throw new RangeError(`message ${index} of ${results.length} was left without a result`);
  return result;
}

/** What was recorded as taken is in no record: it is not sent again. */
class TakenMessageMissing extends Error {
  override readonly name = "TakenMessageMissing";
  readonly code = "taken_message_missing";

  constructor(id: MessageId) {
    super(`${id} was taken under this reference, and is not in the record`);
  }
}
