import type { LookupFunction } from "node:net";
import ipaddr from "ipaddr.js";
import { compileHosts } from "./host-list.ts";
import { type ResolveName, resolveName } from "./shared-lookup.ts";

/** Where requests to addresses that a customer chose may go. */
export interface AddressGuardOptions {
  /** Loopback, private and other addresses that are not public are allowed, and so is any port. For development. */
  readonly allowPrivateNetworks: boolean;
  /** CIDR blocks that are allowed although they are not public. */
  readonly allowedNetworks?: readonly string[];
  /**
   * Names, `*.` and a name, CIDR blocks: only these, and of them only what is allowed without this list. A host that is not
   * named must have all its addresses in the blocks. Absent: any host.
   */
  readonly hosts?: readonly string[];
  /** Nothing goes out that is not encrypted. */
  readonly httpsOnly?: boolean;
  /** Default 80, 443, 8080 and 8443. */
  readonly ports?: readonly number[];
  /** Default: the system's resolver. Always asked for all addresses of a name. */
  readonly resolve?: ResolveName;
}

export type UrlCheck =
  | { readonly ok: true; readonly url: URL }
  /** `problem` says what is wrong with the URL and what is right. */
  | { readonly ok: false; readonly problem: string };

/**
 * Keeps requests to customers' URLs away from our own network (server-side request forgery). A URL is checked when it is
 * saved and again when it is used; a name's addresses are checked when it is resolved, and the connection goes to an
 * address that was checked, so that a name cannot change its mind in between. Redirects are not followed at all.
 */
export interface AddressGuard {
  check(text: string): UrlCheck;
  /** For `connect.lookup`. It is not asked for hosts that are addresses: those only `check` sees. */
  readonly lookup: LookupFunction;
}

/** A name that has an address where requests may not go. */
export class AddressNotAllowed extends Error {
  override readonly name = "AddressNotAllowed";
  readonly code = "address_not_allowed";

  constructor(hostname: string, why = "that is not public") {
    super(`${hostname} resolves to an address ${why}`);
  }
}

const DEFAULT_PORTS = [80, 443, 8080, 8443];

export function createAddressGuard(options: AddressGuardOptions): AddressGuard {
  const allowedNetworks = (options.allowedNetworks ?? []).map((block) => ipaddr.parseCIDR(block));
  const onlyPublic = !options.allowPrivateNetworks && allowedNetworks.length === 0;
  const hosts = options.hosts && compileHosts(options.hosts);
  const ports = new Set(options.ports ?? DEFAULT_PORTS);
  const resolve = options.resolve ?? resolveName;

  function allows(address: string): boolean {
    if (options.allowPrivateNetworks) return ipaddr.isValid(address);
    if (!ipaddr.isValid(address)) return false;
    const parsed = ipaddr.process(address);
    if (allowedNetworks.some((block) => parsed.kind() === block[0].kind() && parsed.match(block))) return true;
    // Mapped addresses were unwrapped by `process`; every other embedding of IPv4 in IPv6 has a range name of its own.
    return parsed.range() === "unicast" && !isUnassignedIpv6(parsed);
  }

  return {
    check(text) {
      let url: URL;
      try {
        url = new URL(text);
      } catch {
        return { ok: false, problem: "is no absolute URL; give one such as https://example.com/callback" };
      }
      if (url.protocol !== "https:" && url.protocol !== "http:")
        return { ok: false, problem: "must begin with https:// or http://" };
      if (options.httpsOnly === true && url.protocol !== "https:")
        return { ok: false, problem: "must begin with https://: this server sends nothing that is not encrypted" };
      if (url.username !== "" || url.password !== "")
        return { ok: false, problem: "must not contain a user name or password" };
      const port = url.port === "" ? (url.protocol === "https:" ? 443 : 80) : Number(url.port);
      if (!options.allowPrivateNetworks && !ports.has(port))
        return { ok: false, problem: `must use one of the ports ${[...ports].join(", ")}` };
      // The URL parser has brought 127.1, 0x7f000001, 2130706433 and the like into dotted form by now.
      const host = url.hostname.startsWith("[") ? url.hostname.slice(1, -1) : url.hostname;
      if (ipaddr.isValid(host) ? !allows(host) : onlyPublic && isLocalName(host))
        return { ok: false, problem: "must point at a public address" };
      if (
        hosts !== undefined &&
        !(ipaddr.isValid(host) ? hosts.hasAddress(host) : hosts.hasName(host) || hosts.hasNetworks)
      )
        return {
          ok: false,
          problem: "must point at one of the hosts that this server may talk to; its operator has the list",
        };
      return { ok: true, url };
    },
    lookup(hostname, lookupOptions, callback) {
      resolve(hostname, (error, addresses) => {
        if (error !== null) return callback(error, []);
        const [first] = addresses;
        if (first === undefined || addresses.some(({ address }) => !allows(address)))
          return callback(new AddressNotAllowed(hostname), []);
        if (
          hosts !== undefined &&
          !hosts.hasName(hostname) &&
          addresses.some(({ address }) => !hosts.hasAddress(address))
        )
          return callback(new AddressNotAllowed(hostname, "that this server may not talk to"), []);
        if (lookupOptions.all === true) return callback(null, [...addresses]);
        callback(null, first.address, first.family);
      });
    },
  };
}

/** Names that never leave the machine or the site, whatever the resolver makes of them. */
function isLocalName(host: string): boolean {
  const name = host.endsWith(".") ? host.slice(0, -1) : host;
  return !name.includes(".") || /\.(localhost|local|internal|localdomain|home\.arpa)$/.test(name);
}

/** Global unicast is 2000::/3; ipaddr.js calls everything it has no name for unicast. */
function isUnassignedIpv6(address: ipaddr.IPv4 | ipaddr.IPv6): boolean {
  return address instanceof ipaddr.IPv6 && ((address.parts[0] ?? 0) & 0xe000) !== 0x2000;
}
