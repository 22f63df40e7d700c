import { CHANNELS, type Channel } from "../message.ts";
import { DESTINATIONS } from "../numbering/destinations.ts";
import type { Destination } from "../numbering/e164.ts";
import { NUMBER_TYPES, type NumberType } from "../numbering/recipient.ts";
import { LIST_MODES, type ListMode, type PolicyGround } from "./policy-document.ts";

// The grounds that belong to no rule. As those of rules, each is one object for ever: verdicts are remembered by them.

const BY_CHANNEL: ReadonlyMap<Channel, PolicyGround> = new Map(
  CHANNELS.map((channel) => [channel, { type: "channel", channel }]),
);
const BY_NUMBER_TYPE: ReadonlyMap<NumberType, PolicyGround> = new Map(
  NUMBER_TYPES.map((numberType) => [numberType, { type: "number_type", numberType }]),
);
const BY_LIST: ReadonlyMap<ListMode, ReadonlyMap<Destination, PolicyGround>> = new Map(
  LIST_MODES.map((listMode) => [
    listMode,
    new Map(DESTINATIONS.map(({ code }) => [code, { type: "list_mode", listMode, destination: code }])),
  ]),
);

export function channelGround(channel: Channel): PolicyGround {
  return BY_CHANNEL.get(channel) ?? { type: "channel", channel };
}

export function numberTypeGround(numberType: NumberType): PolicyGround {
  return BY_NUMBER_TYPE.get(numberType) ?? { type: "number_type", numberType };
}

export function listGround(listMode: ListMode, destination: Destination): PolicyGround {
  return BY_LIST.get(listMode)?.get(destination) ?? { type: "list_mode", listMode, destination };
}
