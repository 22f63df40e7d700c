import type { Channel } from "@safeguard/core";
import { type CmObject, readFields, withoutFields } from "./cm-fields.ts";

/** CM.com's channel names, as its SDKs and documentation spell them, in lower case. */
const CHANNEL_BY_NAME: Readonly<Record<string, Channel>> = {
  sms: "sms",
  mms: "mms",
  voice: "voice",
  whatsapp: "whatsapp",
  rcs: "rcs",
  viber: "viber",
  push: "push",
  mobilepush: "push",
  imessage: "other",
  "apple business chat": "other",
  "apple messages for business": "other",
  line: "other",
  telegram: "other",
  "telegram messenger": "other",
  twitter: "other",
  "facebook messenger": "other",
  "google business messages": "other",
  instagram: "other",
};

/** How we write a channel that the account declared. `other` is no name of CM.com's. */
const NAME_BY_CHANNEL: Readonly<Record<Exclude<Channel, "other">, string>> = {
  sms: "SMS",
  mms: "MMS",
  voice: "Voice",
  whatsapp: "WhatsApp",
  rcs: "RCS",
  viber: "Viber",
  push: "Push",
};

const MAX_CHANNELS = 32;
/** No commas and no leading digits: a reader that parses enumerations takes `Viber, SMS` or `0` for something else. */
const NAME = /^[A-Za-z][A-Za-z0-9 _-]{0,39}$/;

/** The channel that a name stands for; undefined: not a channel name at all. */
export function channelOfCmName(name: string): Channel | undefined {
  const trimmed = name.trim();
  if (!NAME.test(trimmed)) return undefined;
  const folded = trimmed.toLowerCase();
  if (Object.hasOwn(CHANNEL_BY_NAME, folded)) return CHANNEL_BY_NAME[folded];
  // What CM.com makes of a name that we do not know, nobody says here: it may end as an SMS, and is judged as one.
  if (folded.includes("mms")) return "mms";
  if (folded.includes("voice")) return "voice";
  return "sms";
}

/** The channels of an `allowedChannels` value, in order, each once. Undefined: it is no list of channel names. */
export function readCmChannels(value: unknown): readonly [Channel, ...Channel[]] | undefined {
  if (!Array.isArray(value) || value.length > MAX_CHANNELS) return undefined;
  const channels = new Set<Channel>();
  for (const name of value as readonly unknown[]) {
    const channel = typeof name === "string" ? channelOfCmName(name) : undefined;
    if (channel === undefined) return undefined;
    channels.add(channel);
  }
  const [first, ...rest] = channels;
  return first === undefined ? undefined : [first, ...rest];
}

export const ALLOWED_CHANNELS = "allowedchannels";
const CHANNELS_ALONE: ReadonlySet<string> = new Set([ALLOWED_CHANNELS]);

/**
 * The message with `allowedChannels` naming `channels` and nothing else: the client's own names where it gave a list
 * (so that "Telegram Messenger" stays what it is), else ours. No other spelling of the key is left.
 * Undefined: none of the channels has a name there, and an empty list would mean "any channel". `without`, which holds
 * ALLOWED_CHANNELS, names in lower case the fields that are left out.
 */
export function withChannels(
  msg: CmObject,
  channels: readonly Channel[],
  without: ReadonlySet<string> = CHANNELS_ALONE,
): Record<string, unknown> | undefined {
  const written = readFields(msg)?.get(ALLOWED_CHANNELS);
  const names: string[] = [];
  if (Array.isArray(written)) {
    for (const name of written as readonly unknown[]) {
      const channel = typeof name === "string" ? channelOfCmName(name) : undefined;
      if (typeof name === "string" && channel !== undefined && channels.includes(channel)) names.push(name.trim());
    }
  } else {
    for (const channel of channels) if (channel !== "other") names.push(NAME_BY_CHANNEL[channel]);
  }
  if (names.length === 0) return undefined;
  const rest = withoutFields(msg, without);
  rest["allowedChannels"] = names;
  return rest;
}
