import { hash } from "node:crypto";
import type { AccountId, EpochMilliseconds } from "@safeguard/core";
import type { JournalRecord } from "../store/journal-record.ts";
import { answerPurpose } from "../store/number-trace.ts";
import type { Seal } from "../store/seal.ts";
import type { Store } from "../store/store.ts";
import { PROBLEM_KINDS, problemDetails } from "./problem.ts";
import { ServiceError } from "./service-error.ts";
import { toServiceError } from "./to-service-error.ts";

/** An answer as it goes out: JSON text. */
export interface Answer {
  readonly status: number;
  readonly body: string;
}

export interface KeyedRequest {
  readonly account: AccountId;
  /** The client's `Idempotency-Key`. */
  readonly idempotencyKey: string;
  /** Of method, path and body: see {@link requestHash}. */
  readonly hash: string;
  readonly at: EpochMilliseconds;
}

/** One effect per account and idempotency key, also across a restart. */
export interface IdempotentRequests {
  /**
   * Does `work` unless a request with this key was answered before: then that answer, `replayed`. A second request while
   * the first is at work waits for it. What is refused before `work` (bad fields) is not kept and may be corrected; every
   * answer of `work` is, refusals too. Throws ServiceError `idempotency_mismatch` for another request with the same key,
   * and `conflict` when the first one was cut off, so that nobody knows whether it took effect.
   */
  answer(request: KeyedRequest, work: () => Promise<Answer>): Promise<Answer & { readonly replayed: boolean }>;
}

export function createIdempotentRequests(store: Pick<Store, "journal" | "requests">, seal: Seal): IdempotentRequests {
  const atWork = new Map<string, { readonly hash: string; readonly answer: Promise<Answer> }>();

  async function first(request: KeyedRequest, work: () => Promise<Answer>): Promise<Answer & { replayed: boolean }> {
    const { account, idempotencyKey } = request;
    const known = await store.requests.find(account, idempotencyKey);
    if (known !== undefined) {
      if (known.requestHash !== request.hash) throw mismatch();
      return { status: known.status, body: seal.open(known.body, purposeOf(request)), replayed: true };
    }
    const begun = await store.requests.find(account, begunKey(idempotencyKey));
    if (begun !== undefined) {
      if (begun.requestHash !== request.hash) throw mismatch();
      throw new ServiceError(
        "conflict",
        "The first request with this Idempotency-Key was cut off; look up whether it took effect before you use a new key.",
      );
    }
    await store.journal.append([recordOf(request, begunKey(idempotencyKey), 102, "")]);
    const { status, body } = await work();
    await store.journal.append([recordOf(request, idempotencyKey, status, seal.seal(body, purposeOf(request)))]);
    return { status, body, replayed: false };
  }

  return {
    async answer(request, work) {
      const slot = `${request.account} ${request.idempotencyKey}`;
      const running = atWork.get(slot);
      if (running !== undefined) {
        if (running.hash !== request.hash) throw mismatch();
        return { ...(await running.answer), replayed: true };
      }
      const answer = first(request, work);
      atWork.set(slot, { hash: request.hash, answer });
      try {
        return await answer;
      } finally {
        atWork.delete(slot);
      }
    },
  };
}

/** The answer to a refused request, which is kept as any other; what is a fault of ours is thrown on, and not kept. */
export function refusalAnswer(error: unknown, requestId: string): Answer {
  const refusal = toServiceError(error);
  const { status } = PROBLEM_KINDS[refusal.code];
  if (status >= 500) throw error;
  return { status, body: JSON.stringify(problemDetails(refusal.code, refusal.message, requestId, refusal.problems)) };
}

/** Under this a request is kept while it is at work. No client's key has a space. */
function begunKey(idempotencyKey: string): string {
  return `${idempotencyKey} begun`;
}

function recordOf(request: KeyedRequest, idempotencyKey: string, status: number, body: string): JournalRecord {
  const { account, hash: requestHash, at } = request;
  return { type: "request_answered", at, account, idempotencyKey, requestHash, status, body };
}

/** Answers hold numbers and new secrets: they are kept sealed, each fitting its own request only. */
function purposeOf({ account, idempotencyKey }: KeyedRequest): string {
  return answerPurpose(account, idempotencyKey);
}

function mismatch(): ServiceError {
  return new ServiceError("idempotency_mismatch", "Another request was made with this Idempotency-Key.");
}

/** SHA-256 (hex) of what makes two requests the same. */
export function requestHash(method: string, path: string, body: string | Buffer): string {
  const bodyHash = hash("sha256", body, "hex");
  return hash("sha256", `${method} ${path}\n${bodyHash}`, "hex");
}

/** The header's value; undefined when there is none. Throws ServiceError when it is not 1 to 255 visible ASCII characters. */
export function idempotencyKeyOf(header: string | readonly string[] | undefined): string | undefined {
  if (header === undefined) return undefined;
  if (typeof header !== "string" || !/^[\x21-\x7e]{1,255}$/.test(header)) {
    throw new ServiceError("invalid_request", "Not valid: Idempotency-Key.", [
      { field: "Idempotency-Key", message: "must be 1 to 255 visible ASCII characters, such as a UUID" },
    ]);
  }
  return header;
}
