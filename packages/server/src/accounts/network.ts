import { isIP } from "node:net";
import ipaddr from "ipaddr.js";

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** A CIDR block, compiled. IPv4-mapped IPv6 (`::ffff:10.0.0.0/104`) counts as IPv4. */
export interface Network {
  readonly address: Address;
  readonly bits: number;
}

export type NetworkResult =
  | { readonly ok: true; readonly network: Network; readonly canonical: string }
  | { readonly ok: false; readonly message: string };

const MAPPED_BITS = 96;

/**
 * Reads `192.0.2.0/24`, `2001:db8::/32`, or one address. Bits after the prefix must be zero, because `10.0.0.5/8` could
 * mean the one address or the whole block.
 */
export function parseNetwork(text: string): NetworkResult {
  const slash = text.indexOf("/");
  const host = slash < 0 ? text : text.slice(0, slash);
  if (text.length > 60 || isIP(host) === 0 || host.includes("%")) {
    return { ok: false, message: "is no CIDR block; write 192.0.2.0/24 or 2001:db8::/32" };
  }
  const written = ipaddr.parse(host);
  const width = written.kind() === "ipv4" ? 32 : 128;
  const bitsText = slash < 0 ? String(width) : text.slice(slash + 1);
  const bits = Number(bitsText);
  if (!/^(0|[1-9]\d{0,2})$/.test(bitsText) || bits > width) {
    return { ok: false, message: `must have 0 to ${width} bits after the slash` };
  }
  const network = width === 128 && bits >= MAPPED_BITS ? unwrapNetwork(written, bits) : { address: written, bits };
  const base = baseAddress(network);
  const canonical = `${base.toString()}/${network.bits}`;
  if (base.toNormalizedString() !== network.address.toNormalizedString()) {
    return { ok: false, message: `has bits set after its prefix; write ${canonical}` };
  }
  return { ok: true, network, canonical };
}

/** The address as compared: IPv4-mapped unwrapped, zone (`%eth0`) dropped. Undefined: the text is no address. */
export function parseAddress(text: string): Address | undefined {
  if (isIP(text) === 0) return undefined;
  const zone = text.indexOf("%");
  return ipaddr.process(zone < 0 ? text : text.slice(0, zone));
}

/** Is the address in one of the networks? What is no address is in none. */
export function inNetworks(networks: readonly Network[], address: string): boolean {
  const parsed = parseAddress(address);
  return parsed !== undefined && networks.some((network) => holds(network, parsed));
}

export function holds(network: Network, address: Address): boolean {
  return address.kind() === network.address.kind() && address.match(network.address, network.bits);
}

/** Is every address of `inner` in one of `outer`? */
export function withinNetworks(inner: Network, outer: readonly Network[]): boolean {
  return outer.some((network) => network.bits <= inner.bits && holds(network, inner.address));
}

/** Compiles blocks that were checked when they were saved. */
export function compileNetworks(blocks: readonly string[]): readonly Network[] {
  return blocks.map((block) => {
    const result = parseNetwork(block);
    if (!result.ok) throw new RangeError(`the saved network ${block} ${result.message}`);
    return result.network;
  });
}

function unwrapNetwork(address: Address, bits: number): Network {
  if (address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress()) {
    return { address: address.toIPv4Address(), bits: bits - MAPPED_BITS };
  }
  return { address, bits };
}

function baseAddress({ address, bits }: Network): Address {
  const bytes = address.toByteArray();
  const cleared = bytes.map((byte, index) => {
    const kept = Math.min(8, Math.max(0, bits - index * 8));
    return byte & (0xff << (8 - kept)) & 0xff;
  });
  return ipaddr.fromByteArray(cleared);
}
