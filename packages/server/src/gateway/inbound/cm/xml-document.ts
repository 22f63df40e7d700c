import { XMLParser, XMLValidator } from "fast-xml-parser";
import { decodeUtf8 } from "./decode-body.ts";

/** One element: upper-case name, attributes by upper-case name, the texts and elements in it in their order. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** All text directly inside; undefined: an entity that XML does not define. */
  readonly text: string | undefined;
}

const MAX_DEPTH = 8;

// Values stay texts (a number has leading zeros); entities are ours to resolve, so that a document cannot define any.
const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: "",
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  processEntities: false,
  ignoreDeclaration: true,
  ignorePiTags: true,
  cdataPropName: "#cdata",
  maxNestedTags: MAX_DEPTH,
  transformTagName: (name) => name.toUpperCase(),
});

/** The root element of a UTF-8 document without a document type. A text: why it is none. */
export function parseXml(body: Buffer): XmlElement | string {
  const text = decodeUtf8(body);
  if (text === undefined) return "the document is not UTF-8";
  if (/<!(?:DOCTYPE|ENTITY)/i.test(text)) return "a document type is not accepted";
  let roots: readonly XmlElement[];
  try {
    if (XMLValidator.validate(text) !== true) return "the document is not well-formed XML";
    roots = readNodes(parser.parse(text) as readonly unknown[]).children;
  } catch {
    return "the document is not well-formed XML, or is nested too deeply";
  }
  const root = roots[0];
  return root === undefined || roots.length > 1 ? "the document must have one root element" : root;
}

/** The parser's ordered form: a list of objects with one element (or `#text`, `#cdata`) each, and `:@` for attributes. */
function readNodes(nodes: readonly unknown[]): {
  readonly children: readonly XmlElement[];
  readonly text: string | undefined;
} {
  const children: XmlElement[] = [];
  let text: string | undefined = "";
  for (const node of nodes as readonly Readonly<Record<string, unknown>>[]) {
    for (const [name, value] of Object.entries(node)) {
      if (name === ":@") continue;
      if (name === "#text") {
        const decoded = decodeEntities(String(value));
        text = text === undefined || decoded === undefined ? undefined : text + decoded;
      } else if (name === "#cdata") {
        const [literal] = value as readonly Readonly<Record<string, unknown>>[];
        if (text !== undefined) text += String(literal?.["#text"] ?? "");
      } else {
        const attributes = new Map<string, string>();
        for (const [key, attribute] of Object.entries((node[":@"] as Record<string, unknown> | undefined) ?? {})) {
          attributes.set(key.toUpperCase(), String(attribute));
        }
        children.push({ name, attributes, ...readNodes(value as readonly unknown[]) });
      }
    }
  }
  return { children, text };
}

const NAMED_ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

/** The five entities of XML and character references. Undefined: something else begins with `&`. */
function decodeEntities(text: string): string | undefined {
  let decoded = "";
  let from = 0;
  for (let at = text.indexOf("&"); at !== -1; at = text.indexOf("&", from)) {
    const end = text.indexOf(";", at);
    if (end === -1 || end - at > 10) return undefined;
    const name = text.slice(at + 1, end);
    const character = Object.hasOwn(NAMED_ENTITIES, name) ? NAMED_ENTITIES[name] : decodeReference(name);
    if (character === undefined) return undefined;
    decoded += text.slice(from, at) + character;
    from = end + 1;
  }
  return decoded + text.slice(from);
}

function decodeReference(name: string): string | undefined {
  if (!/^#(?:\d+|x[0-9a-fA-F]+)$/.test(name)) return undefined;
  const code = name[1] === "x" ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
  const scalar = code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff);
  return scalar ? String.fromCodePoint(code) : undefined;
}
