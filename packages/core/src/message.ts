import type { AccountId, EpochMilliseconds } from "./brand.ts";
import type { Recipient } from "./numbering/recipient.ts";

/** Every way a message can travel. Those in {@link NUMBER_CHANNELS} can be pumped: their price depends on the number. */
export const CHANNELS = ["sms", "mms", "voice", "whatsapp", "rcs", "viber", "push", "other"] as const;
export type Channel = (typeof CHANNELS)[number];

/** The channels a rule speaks of unless it says otherwise (design §3.4). */
export const NUMBER_CHANNELS: readonly Channel[] = ["sms", "mms", "voice"];

/** What a message is for. Detection (later) judges `otp` by its verification cycle. */
export const PURPOSES = ["otp", "notification", "marketing"] as const;
export type Purpose = (typeof PURPOSES)[number];

/** One message to one recipient, as the core decides on it. Its text is never part of it. */
export interface Message {
  readonly account: AccountId;
  readonly recipient: Recipient;
  /** Sender ID as the client gave it; empty when it named none. */
  readonly originator: string;
  readonly channel: Channel;
  readonly purpose: Purpose;
  /** When the decision is asked for. */
  readonly at: EpochMilliseconds;
  /** Address of the person whose action caused it, and what tells his device from others, where the client told. */
  readonly endUserAddress?: string;
  readonly device?: string;
  /** What it will cost, for the account's own reckoning. */
  readonly price?: { readonly micros: number; readonly currency: string };
  /** The same in other currencies that limits count in: millionths of their units. */
  readonly pricesIn?: Readonly<Record<string, number>>;
  /** A random number from 0 to 1, recorded with the message: the audit's draw. */
  readonly draw?: number;
  /** Names the message until its outcome is known: what it reserves of its limits can be released by it. */
  readonly id?: string;
  /** Stands for the text: equal texts have equal ones. Only where a limit of duplicates is to see it. */
  readonly content?: string;
  /** What the client counts by, such as `user` or `form`, for ceilings per key. */
  readonly keys?: Readonly<Record<string, string>>;
  /** The message was held and is asked for again: when it was asked for first. */
  readonly heldSince?: EpochMilliseconds;
}
