/** A block of addresses: its first bits. IPv4 as written in IPv6 counts as IPv4. */
export interface Network {
  readonly version: 4 | 6;
  readonly address: bigint;
  readonly bits: number;
}

export type NetworkReading =
  | { readonly ok: true; readonly network: Network }
  /** Key of what is wrong, below `networks.problem`; with what would be right. */
  | { readonly ok: false; readonly problem: "block" | "bits" | "host"; readonly right?: string };

const WIDTH = { 4: 32, 6: 128 } as const;

/** Reads `192.0.2.0/24`, `2001:db8::/32`, or one address. */
export function readNetwork(text: string): NetworkReading {
  const [host = "", bitsText, ...rest] = text.trim().split("/");
  const address = readAddress(host);
  if (address === undefined || rest.length > 0) return { ok: false, problem: "block" };
  const width = WIDTH[address.version];
  const bits = bitsText === undefined ? width : Number(bitsText);
  if (!/^(0|[1-9]\d{0,2})$/.test(bitsText ?? "0") || bits > width) return { ok: false, problem: "bits" };
  const free = BigInt(width - bits);
  const base = (address.value >> free) << free;
  if (base !== address.value) return { ok: false, problem: "host", right: `${written(address.version, base)}/${bits}` };
  return { ok: true, network: { version: address.version, address: base, bits } };
}

/** Is the address in one of the networks? None: anywhere is good. undefined: it is no address. */
export function admits(networks: readonly string[], text: string): boolean | undefined {
  const address = readAddress(text.trim());
  if (address === undefined) return undefined;
  return (
    networks.length === 0 ||
    networks.some((one) => {
      const read = readNetwork(one);
      if (!read.ok || read.network.version !== address.version) return false;
      const free = BigInt(WIDTH[address.version] - read.network.bits);
      return address.value >> free === read.network.address >> free;
    })
  );
}

interface Address {
  readonly version: 4 | 6;
  readonly value: bigint;
}

function readAddress(text: string): Address | undefined {
  const four = readFour(text);
  if (four !== undefined) return { version: 4, value: four };
  const six = readSix(text);
  if (six === undefined) return undefined;
  // ::ffff:192.0.2.1
  return six >> 32n === 0xffffn ? { version: 4, value: six & 0xffffffffn } : { version: 6, value: six };
}

function readFour(text: string): bigint | undefined {
  const parts = text.split(".");
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256))
    return undefined;
  return parts.reduce((sum, part) => sum * 256n + BigInt(part), 0n);
}

function readSix(text: string): bigint | undefined {
  const [, before = "", last = ""] = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text) ?? [];
  if (last !== "") {
    const four = readFour(last);
    if (four === undefined) return undefined;
    return readSix(`${before}${(four >> 16n).toString(16)}:${(four & 0xffffn).toString(16)}`);
  }
  const halves = text.split("::");
  if (!text.includes(":") || halves.length > 2) return undefined;
  const [head = [], tail = []] = halves.map((half) => (half === "" ? [] : half.split(":")));
  const missing = 8 - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const parts = [...head, ...Array.from({ length: missing }, () => "0"), ...tail];
  if (!parts.every((part) => /^[0-9a-f]{1,4}$/i.test(part))) return undefined;
  return parts.reduce((sum, part) => sum * 65_536n + BigInt(`0x${part}`), 0n);
}

function written(version: 4 | 6, address: bigint): string {
  if (version === 4) return [24n, 16n, 8n, 0n].map((shift) => (address >> shift) & 255n).join(".");
  const parts = [112n, 96n, 80n, 64n, 48n, 32n, 16n, 0n].map((shift) => ((address >> shift) & 0xffffn).toString(16));
  // The longest run of zeros once as ::
  const text = parts.join(":");
  const runs = text.match(/(?:^|:)0(?::0)+(?=:|$)/g) ?? [];
  const longest = runs.toSorted((a, b) => b.length - a.length)[0];
  if (longest === undefined) return text;
  const at = text.indexOf(longest);
  return `${text.slice(0, at)}::${text.slice(at + longest.length).replace(/^:/, "")}`;
}

/** The blocks of a text, one a line or with commas between. */
export function blocksOf(text: string): readonly string[] {
  return text.split(/[\s,;]+/).filter((one) => one !== "");
}
