import { CHANNELS, type Channel } from "../message.ts";
import { POLICY_FIELDS, type PolicyField } from "./policy-document.ts";

/** A small set as bits of one integer: testing membership on the hot path costs one instruction and no memory. */
export type BitSet = number;

const CHANNEL_BITS = bitsOf(CHANNELS);
const FIELD_BITS = bitsOf(POLICY_FIELDS);

export function channelBit(channel: Channel): BitSet {
  return CHANNEL_BITS[channel];
}

export function channelSet(channels: readonly Channel[]): BitSet {
  return channels.reduce((set, channel) => set | CHANNEL_BITS[channel], 0);
}

export function fieldBit(field: PolicyField): BitSet {
  return FIELD_BITS[field];
}

export function fieldSet(fields: readonly PolicyField[]): BitSet {
  return fields.reduce((set, field) => set | FIELD_BITS[field], 0);
}

function bitsOf<Member extends string>(members: readonly Member[]): Readonly<Record<Member, BitSet>> {
  return Object.fromEntries(members.map((member, index) => [member, 1 << index])) as Record<Member, BitSet>;
}
