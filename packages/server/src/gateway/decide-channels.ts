import type { Channel, EpochMilliseconds, Message, Purpose, Recipient, Verdict } from "@safeguard/core";
import type { OutgoingMessage } from "./outgoing-message.ts";

export interface DecidedChannels {
  /** The channel whose verdict stands for the message. */
  readonly channel: Channel;
  readonly channels: readonly [Channel, ...Channel[]];
  readonly removedChannels: readonly Channel[];
  readonly verdict: Verdict;
}

/**
 * Decides for each channel that the message could take. Where the client declared them, a stopped one is taken off and the
 * rest may go; where it did not, any of them could be chosen, so one that is stopped stops the message.
 */
export function decideChannels(
  decide: (message: Message, policy: string) => Verdict,
  outgoing: OutgoingMessage,
  recipient: Recipient,
  policy: string,
  at: EpochMilliseconds,
): DecidedChannels {
  const { channels } = outgoing;
  const purpose = purposeOf(outgoing);
  const allowed: Channel[] = [];
  const removed: Channel[] = [];
  let passed: { readonly channel: Channel; readonly verdict: Verdict } | undefined;
  let stopped: { readonly channel: Channel; readonly verdict: Verdict } | undefined;
  for (const channel of channels) {
    const message: Message = {
      account: outgoing.principal.account.id,
      recipient,
      originator: outgoing.originator,
      channel,
      purpose,
      at,
    };
    const verdict = decide(message, policy);
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
    return { ...stopped, channels, removedChannels: [] };
  }
  return { ...passed, channels: [first, ...rest], removedChannels: removed };
}

/** From the request, else the key, else the account. */
export function purposeOf(outgoing: OutgoingMessage): Purpose {
  const { key, account } = outgoing.principal;
  return outgoing.purpose ?? key.purpose ?? account.defaultPurpose;
}
