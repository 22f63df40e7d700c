/**
 * The network that an end user's address stands for: an IPv4 address is one person's, of an IPv6 address its first 64 bits
 * are, because the rest is his to choose. What is no address stands for itself.
 */
export function networkOf(address: string): string {
  if (!address.includes(":")) return address;
  const [text = ""] = address.toLowerCase().split("%");
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(text)?.[1];
  if (mapped !== undefined) return mapped;
  const [head = "", tail] = text.split("::");
  const groups = head === "" ? [] : head.split(":");
  if (tail !== undefined) {
    const end = tail === "" ? [] : tail.split(":");
    // A dotted end is two groups.
    const missing = 8 - groups.length - end.length - (tail.includes(".") ? 1 : 0);
    for (let index = 0; index < missing; index++) groups.push("0");
    groups.push(...end);
  }
  const first = groups.slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16));
  return `${first.join(":")}::/64`;
}
