import {
  type Channel,
  detectionFinding,
  type EpochMilliseconds,
  type Message,
  NUMBER_CHANNELS,
  type Purpose,
  type Recipient,
  type Verdict,
} from "@safeguard/core";
import type { LimitFacts } from "../limits/limit-facts.ts";
import type { Money } from "../store/journal-record.ts";
import type { OutgoingMessage } from "./outgoing-message.ts";

export interface DecidedChannels {
  /** The channel whose verdict stands for the message. */
  readonly channel: Channel;
  readonly channels: readonly [Channel, ...Channel[]];
  readonly removedChannels: readonly Channel[];
  readonly verdict: Verdict;
  /** The channel that detection counted the message by, where it is not `channel`. */
  readonly counted: Channel | undefined;
}

/** One question of {@link decideChannels}. `counted`: the verdict with which detection counted the message already. */
export type AskChannel = (message: Message, policy: string, counted: Verdict | undefined) => Verdict;

/** What is asked about, besides the message as it came. */
export interface ChannelQuestion {
  readonly recipient: Recipient;
  readonly policy: string;
  readonly at: EpochMilliseconds;
  readonly price?: Money | undefined;
  /** The message's, by which what it reserves of its limits can be released. */
  readonly id?: string;
  readonly facts?: LimitFacts;
  /** The audit's; only where the message counts. */
  readonly draw?: number;
  /** It was held before: since then. */
  readonly heldSince?: EpochMilliseconds;
  /** The verdict with which detection counted it before. */
  readonly counted?: Verdict;
}

/**
 * Decides for each channel that the message could take. Where the client declared them, a stopped one is taken off and the
 * rest may go; where it did not, any of them could be chosen, so one that is stopped stops the message. However many
 * channels it has, it is one message to detection: the first whose price depends on the number, and which the rules let
 * pass, is the one that counts.
 */
export function decideChannels(ask: AskChannel, outgoing: OutgoingMessage, question: ChannelQuestion): DecidedChannels {
  const { channels, originator, endUserAddress, device, keys } = outgoing;
  const { recipient, policy, at, price, draw, heldSince, id, facts } = question;
  const purpose = purposeOf(outgoing);
  const allowed: Channel[] = [];
  const removed: Channel[] = [];
  let { counted } = question;
  let countedBy: Channel | undefined;
  let passed: { readonly channel: Channel; readonly verdict: Verdict } | undefined;
  let stopped: { readonly channel: Channel; readonly verdict: Verdict } | undefined;
  for (const channel of channels) {
    const message: Message = {
      account: outgoing.principal.account.id,
      recipient,
      originator,
      channel,
      purpose,
      at,
      ...(endUserAddress !== undefined && { endUserAddress }),
      ...(device !== undefined && { device }),
      ...(price !== undefined && { price }),
      ...(id !== undefined && { id }),
      ...facts,
      ...(keys !== undefined && { keys }),
      ...(draw !== undefined && { draw }),
      ...(heldSince !== undefined && { heldSince }),
    };
    const verdict = ask(message, policy, counted);
    if (counted === undefined && isCounted(channel, verdict)) {
      counted = verdict;
      countedBy = channel;
    }
    if (verdict.action === "allow") {
      allowed.push(channel);
      passed ??= { channel, verdict };
    } else {
      removed.push(channel);
      stopped ??= { channel, verdict };
    }
  }
  const [first, ...rest] = allowed;
  if (first === undefined || passed === undefined || (stopped !== undefined && !outgoing.channelsDeclared)) {
    if (stopped === undefined) throw new Error("a message without channels");
    return { ...stopped, channels, removedChannels: [], counted: otherThan(stopped.channel, countedBy) };
  }
  return {
    ...passed,
    channels: [first, ...rest],
    removedChannels: removed,
    counted: otherThan(passed.channel, countedBy),
  };
}

/** Did detection see it? Where the rules stopped it, it was not asked. */
function isCounted(channel: Channel, verdict: Verdict): boolean {
  if (!NUMBER_CHANNELS.includes(channel)) return false;
  return verdict.action === "allow" || detectionFinding(verdict) !== undefined;
}

function otherThan(channel: Channel, counted: Channel | undefined): Channel | undefined {
  return counted === channel ? undefined : counted;
}

/** From the request, else the key, else the account. */
export function purposeOf(outgoing: OutgoingMessage): Purpose {
  const { key, account } = outgoing.principal;
  return outgoing.purpose ?? key.purpose ?? account.defaultPurpose;
}
