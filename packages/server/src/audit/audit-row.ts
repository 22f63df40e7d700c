import { hash, randomBytes } from "node:crypto";
import type { AccountId, EpochMilliseconds } from "@safeguard/core";

/** What the first row of a deployment follows. */
export const BEFORE_FIRST = "0".repeat(64);

/**
 * One change, as the audit trail keeps it. `commitment` stands for the content, and `hash` for the row and, through
 * `previous`, for every row before it. So a content can be erased (a person's number stood in it) and the chain still holds.
 */
export interface AuditRow {
  /** 1, 2, 3 … without gaps, for the whole deployment. */
  readonly number: number;
  readonly at: EpochMilliseconds;
  /** Absent: the change is of the deployment, and only the operator sees it. */
  readonly account?: AccountId;
  /** Such as `key_saved`. */
  readonly action: string;
  /** `hash` of the row before; of the first one {@link BEFORE_FIRST}. */
  readonly previous: string;
  /** SHA-256 (hex) of `salt`, a line feed, and `text`. */
  readonly commitment: string;
  /** SHA-256 (hex) of the JSON array `[number, at, account or null, action, previous, commitment]`. */
  readonly hash: string;
  /** Absent: erased. */
  readonly content?: AuditContent;
}

export interface AuditContent {
  /** 16 random bytes, hex: who knows the commitment alone cannot try out what it stands for. */
  readonly salt: string;
  /** JSON of an AuditedChange, as it was hashed. */
  readonly text: string;
}

/** Where the chain stands: what the next row follows. */
export interface AuditHead {
  readonly number: number;
  readonly hash: string;
}

export const EMPTY_CHAIN: AuditHead = { number: 0, hash: BEFORE_FIRST };

/** The row that follows `head`. */
export function nextRow(
  head: AuditHead,
  facts: Pick<AuditRow, "at" | "account" | "action">,
  text: string,
  salt: string = randomBytes(16).toString("hex"),
): AuditRow {
  const { at, account, action } = facts;
  const row = {
    number: head.number + 1,
    at,
    ...(account === undefined ? {} : { account }),
    action,
    previous: head.hash,
    commitment: commitmentOf({ salt, text }),
  };
  return { ...row, hash: hashOfRow(row), content: { salt, text } };
}

/** The row without what it said: the chain still holds. */
export function erased({ content: _gone, ...row }: AuditRow): AuditRow {
  return row;
}

export function commitmentOf({ salt, text }: AuditContent): string {
  return hash("sha256", `${salt}\n${text}`, "hex");
}

export function hashOfRow(row: Omit<AuditRow, "hash" | "content">): string {
  const { number, at, account, action, previous, commitment } = row;
  return hash("sha256", JSON.stringify([number, at, account ?? null, action, previous, commitment]), "hex");
}
