import { domainToASCII } from "node:url";
import { compileNetworks, inNetworks, parseNetwork } from "../../accounts/network.ts";

/** Hosts that requests may go to. */
export interface HostList {
  /** By its name, as the URL parser writes it. */
  hasName(name: string): boolean;
  hasAddress(address: string): boolean;
  /** There are blocks of addresses in it, so that a name's addresses can decide. */
  readonly hasNetworks: boolean;
}

/** What is wrong with an entry: a name, `*.` and a name (whatever is below it), a CIDR block or an address. Undefined: nothing. */
export function hostProblem(entry: string): string | undefined {
  if (parseNetwork(entry).ok) return undefined;
  if (/^[\d.]+(?:\/.*)?$|:|\//.test(entry)) {
    const parsed = parseNetwork(entry);
    return parsed.ok ? undefined : parsed.message;
  }
  const name = asciiName(entry.replace(/^\*\./, ""));
  return /^(?:[a-z0-9_](?:[a-z0-9_-]{0,62})\.)+[a-z][a-z0-9-]{0,62}$/.test(name)
    ? undefined
    : "is no host; write hooks.example.com, *.example.com, 198.51.100.0/24 or an address";
}

/** Of entries that have no problem. */
export function compileHosts(entries: readonly string[]): HostList {
  const blocks = entries.filter((entry) => parseNetwork(entry).ok);
  const names = entries.filter((entry) => !parseNetwork(entry).ok);
  const exact = new Set(names.filter((entry) => !entry.startsWith("*.")).map(asciiName));
  const suffixes = names.filter((entry) => entry.startsWith("*.")).map((entry) => `.${asciiName(entry.slice(2))}`);
  const networks = compileNetworks(blocks);
  return {
    hasName(written) {
      const name = asciiName(written);
      return exact.has(name) || suffixes.some((suffix) => name.length > suffix.length && name.endsWith(suffix));
    },
    hasAddress: (address) => inNetworks(networks, address),
    hasNetworks: networks.length > 0,
  };
}

/** As the URL parser has it, without the dot at the end. */
function asciiName(name: string): string {
  return domainToASCII(name).replace(/\.$/, "");
}
