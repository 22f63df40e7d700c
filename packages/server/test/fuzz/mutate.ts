/** Ways to spoil a text or a value, drawn from `random` (0 to 1) alone. */

export type Random = () => number;

export function pick<T>(random: Random, from: readonly T[]): T {
  return from[Math.floor(random() * from.length)] as T;
}

/** Pieces that readers of numbers, JSON, XML, forms and YAML have stumbled over. */
const PIECES: readonly string[] = [
  ...[
    "+",
    "00",
    "0",
    "(",
    ")",
    "-",
    ".",
    "/",
    " ",
    "\u00a0",
    "\u200b",
    "\ufeff",
    "\uff0b",
    "\u0664",
    "x9",
    ";ext=1",
    "tel:",
  ],
  ...["+31612345678", "0031612345678", "31612345678", "+992900123456", "0", "999999999999999", "+1234567890"],
  ...["\0", "\r\n", "\n", "\t", "\u007f", "\u0080", "\ud800", "\udc00", "\u2028", "\u{1f600}", "é", "e\u0301"],
  ...["{", "}", "[", "]", '"', "'", ":", ",", "null", "true", "1e999", "-0", "1.5", "NaN", "__proto__", "constructor"],
  ...[
    "<",
    ">",
    "</",
    "<!--",
    "<![CDATA[",
    "]]>",
    "&amp;",
    "&#0;",
    "&#x41;",
    '<!DOCTYPE a [<!ENTITY b "c">]>',
    "<?xml?>",
  ],
  ...[
    "%00",
    "%2B",
    "%",
    "%zz",
    "&",
    "=",
    "+",
    ";",
    "a=1&a=2",
    "a[]=1",
    "\\u0000",
    "\\",
    "\\x",
    "- ",
    "&a",
    "*a",
    "!!js/function",
    "|",
    ">",
  ],
];

/** A text with up to four faults put into it. */
export function spoil(random: Random, text: string): string {
  let spoilt = text;
  const faults = 1 + Math.floor(random() * 4);
  for (let fault = 0; fault < faults; fault++) {
    const at = Math.floor(random() * (spoilt.length + 1));
    const length = Math.floor(random() * random() * 12);
    const kind = random();
    if (kind < 0.35) spoilt = spoilt.slice(0, at) + pick(random, PIECES) + spoilt.slice(at);
    else if (kind < 0.55) spoilt = spoilt.slice(0, at) + spoilt.slice(at + length);
    else if (kind < 0.7)
      spoilt = spoilt.slice(0, at) + String.fromCharCode(Math.floor(random() * 256)) + spoilt.slice(at + 1);
    else if (kind < 0.8)
      spoilt = spoilt.slice(0, at) + spoilt.slice(at, at + length).repeat(2) + spoilt.slice(at + length);
    else if (kind < 0.87) spoilt = spoilt.slice(0, at);
    else if (kind < 0.9) spoilt += spoilt.slice(at);
    else if (kind < 0.92)
      spoilt = spoilt.slice(0, at) + pick(random, PIECES).repeat(1 + Math.floor(random() * 2000)) + spoilt.slice(at);
    else spoilt = spoilt.slice(0, at) + pick(random, PIECES) + spoilt.slice(at + length);
  }
  return spoilt;
}

const VALUES: readonly unknown[] = [
  ...[null, true, false, 0, -1, 1.5, 1e308, Number.MAX_SAFE_INTEGER, "", " ", "0", [], {}, [[]], [null]],
  ...["+31612345678", 31612345678, ["+31612345678"], { number: "+31612345678" }, "x".repeat(5000), { toString: 1 }],
];

/** A copy of a JSON value with some of what is in it replaced, left out, doubled, renamed or wrapped. */
export function spoilValue(random: Random, value: unknown, chance = 0.15): unknown {
  if (random() < chance * 0.5) return pick(random, VALUES);
  if (random() < chance * 0.1) return [value, value];
  if (typeof value === "string") return random() < chance ? spoil(random, value) : value;
  if (Array.isArray(value)) {
    const some = value.filter(() => random() > chance * 0.3).map((one) => spoilValue(random, one, chance));
    return random() < chance * 0.3 ? [...some, ...some] : some;
  }
  if (typeof value !== "object" || value === null) return value;
  const some = Object.entries(value)
    .filter(() => random() > chance * 0.3)
    .map(
      ([name, one]) => [random() < chance * 0.2 ? spoil(random, name) : name, spoilValue(random, one, chance)] as const,
    );
  if (random() < chance * 0.3) some.push([pick(random, PIECES), pick(random, VALUES)] as never);
  return Object.fromEntries(some);
}

/** JSON of a value that is spoilt, mostly in few places; now and then the text is spoilt as well, or nothing is. */
export function spoilJson(random: Random, value: unknown): string {
  const choice = random();
  const text = JSON.stringify(choice < 0.2 ? value : spoilValue(random, value, choice < 0.7 ? 0.05 : 0.2)) ?? "";
  return random() < 0.1 ? spoil(random, text) : text;
}

export function spoilForm(random: Random, fields: Readonly<Record<string, string>>): string {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) {
    if (random() < 0.02) continue;
    form.append(random() < 0.02 ? spoil(random, name) : name, random() < 0.12 ? spoil(random, value) : value);
    if (random() < 0.05) form.append(name, value);
  }
  const text = form.toString();
  return random() < 0.1 ? spoil(random, text) : text;
}
