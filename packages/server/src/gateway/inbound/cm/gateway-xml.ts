import { GATEWAY_TEXT, type GatewayMessage, type GatewayReading, toMsg } from "./gateway-message.ts";
import { parseXml, type XmlElement } from "./xml-document.ts";

/**
 * Reads a `MESSAGES` document; element names in any casing. What we do not understand refuses it whole: this interface
 * knows no partial success, and an element that is dropped could be the one that mattered.
 */
export function readGatewayXml(body: Buffer): GatewayReading {
  const root = parseXml(body);
  if (typeof root === "string") return { token: undefined, messages: `Rejected: ${root}.` };
  if (root.name !== "MESSAGES") return { token: undefined, messages: "Rejected: the root element must be MESSAGES." };
  let token: string | undefined;
  let problem: string | undefined;
  const messages: GatewayMessage[] = [];
  for (const element of root.children) {
    if (element.name === "AUTHENTICATION" && token === undefined) {
      const [credential, more] = element.children;
      if (credential?.name === "PRODUCTTOKEN" && more === undefined) token = credential.text;
    } else if (element.name === "MSG") {
      const message = readMsg(element);
      if (typeof message === "string") problem ??= message;
      else messages.push(message);
    } else {
      problem ??= `Rejected: the element ${element.name} is not supported here.`;
    }
  }
  if (problem === undefined && messages.length === 0) problem = GATEWAY_TEXT.noMsg;
  return { token, messages: problem ?? messages };
}

function readMsg(element: XmlElement): GatewayMessage | string {
  const fields = new Map<string, string>();
  const recipients: string[] = [];
  let bodyType: string | undefined;
  for (const { name, text, attributes, children } of element.children) {
    if (text === undefined || children.length > 0) return `Rejected: the element ${name} must hold a text.`;
    for (const attribute of attributes.keys()) {
      if (name !== "BODY" || attribute !== "TYPE") return `Rejected: the attribute ${attribute} is not supported.`;
    }
    if (name === "TO") {
      if (text.trim() !== "") recipients.push(text.trim());
    } else {
      if (fields.has(name)) return `Rejected: the element ${name} stands twice in a MSG node.`;
      if (name === "BODY") bodyType = attributes.get("TYPE");
      fields.set(name, text);
    }
  }
  if ((fields.get("FROM") ?? "").trim() === "") return GATEWAY_TEXT.from;
  if (recipients.length === 0) return GATEWAY_TEXT.noNumbers;
  const msg = toMsg(fields, bodyType);
  return typeof msg === "string" ? `Rejected: the element ${msg} is not supported.` : { msg, recipients };
}
