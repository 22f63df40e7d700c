import type { IncomingHttpHeaders } from "node:http";
import { compileNetworks, holds, parseAddress } from "../accounts/network.ts";

/** The address of the API client, from the socket's peer and the request's headers. */
export type ClientAddress = (peer: string | undefined, headers: IncomingHttpHeaders) => string;

/** The one header that our proxies write. The other is ignored, because a client could send it through them. */
export type ForwardingHeader = "x-forwarded-for" | "forwarded";

/** More hops than anybody has; what is left of them was written by the client. */
const MAX_HOPS = 32;

/**
 * `proxies`: CIDR blocks of our own proxies; nobody else's header is believed.
 *
 * Walks from the socket's peer to the left as long as the address that spoke is one of our proxies; the first other one
 * is the client. A hop that cannot be read ends the walk at the proxy that reported it.
 */
export function createClientAddress(
  proxies: readonly string[],
  header: ForwardingHeader = "x-forwarded-for",
): ClientAddress {
  const networks = compileNetworks(proxies);
  if (networks.length === 0) return peerAddress;
  const readHops = header === "forwarded" ? forwardedHops : forwardedForHops;

  return (peer, headers) => {
    let current = parseAddress(peer ?? "");
    if (current === undefined) return "";
    const value = headers[header];
    const hops = value === undefined ? [] : readHops(String(value)).slice(-MAX_HOPS);
    for (let index = hops.length - 1; index >= 0; index--) {
      const speaker = current;
      if (!networks.some((network) => holds(network, speaker))) break;
      const hop = parseAddress(withoutPort(hops[index] ?? ""));
      if (hop === undefined) break;
      current = hop;
    }
    return current.toString();
  };
}

/** The socket's peer: IPv4-mapped unwrapped, IPv6 shortened. Empty when the socket is gone. */
function peerAddress(peer: string | undefined): string {
  if (peer === undefined) return "";
  return peer.includes(":") ? (parseAddress(peer)?.toString() ?? "") : peer;
}

/** `X-Forwarded-For: client, proxy1, proxy2`, the last one nearest to us. */
function forwardedForHops(header: string): readonly string[] {
  return header.split(",").map((hop) => hop.trim());
}

/** The `for` of each element of RFC 7239's `Forwarded`; an element without one is an unreadable hop. */
function forwardedHops(header: string): readonly string[] {
  return splitOutsideQuotes(header, ",").map((element) => {
    for (const pair of splitOutsideQuotes(element, ";")) {
      const equals = pair.indexOf("=");
      if (equals > 0 && pair.slice(0, equals).trim().toLowerCase() === "for") return unquote(pair.slice(equals + 1));
    }
    return "";
  });
}

function splitOutsideQuotes(text: string, separator: string): readonly string[] {
  const parts: string[] = [];
  let quoted = false;
  let start = 0;
  for (let index = 0; index < text.length; index++) {
    const character = text[index];
    if (quoted && character === "\\") index++;
    else if (character === '"') quoted = !quoted;
    else if (!quoted && character === separator) {
      parts.push(text.slice(start, index));
      start = index + 1;
    }
  }
  parts.push(text.slice(start));
  return parts;
}

function unquote(text: string): string {
  const trimmed = text.trim();
  if (trimmed.length < 2 || !trimmed.startsWith('"') || !trimmed.endsWith('"')) return trimmed;
  return trimmed.slice(1, -1).replace(/\\(.)/g, "$1");
}

/** `192.0.2.1:8080` and `[2001:db8::1]:8080` without brackets and port. */
function withoutPort(hop: string): string {
  if (hop.startsWith("[")) {
    const end = hop.indexOf("]");
    return end < 0 ? "" : hop.slice(1, end);
  }
  const colon = hop.indexOf(":");
  return colon >= 0 && colon === hop.lastIndexOf(":") ? hop.slice(0, colon) : hop;
}
