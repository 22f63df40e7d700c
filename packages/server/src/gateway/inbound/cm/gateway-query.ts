import { GATEWAY_TEXT, type GatewayMessage, type GatewayReading, toMsg } from "./gateway-message.ts";

/** Reads `producttoken=…&to=…&from=…&body=…&reference=…`: one message to one recipient; names in any casing, each once. */
export function readGatewayQuery(query: string): GatewayReading {
  const fields = new Map<string, string>();
  let twice = false;
  for (const [key, value] of new URLSearchParams(query)) {
    const name = key.toUpperCase();
    twice ||= fields.has(name);
    fields.set(name, value);
  }
  const token = fields.get("PRODUCTTOKEN");
  fields.delete("PRODUCTTOKEN");
  return { token, messages: twice ? "Rejected: a parameter stands twice." : readMessage(fields) };
}

function readMessage(fields: Map<string, string>): readonly [GatewayMessage] | string {
  const to = (fields.get("TO") ?? "").trim();
  fields.delete("TO");
  if ((fields.get("FROM") ?? "").trim() === "") return GATEWAY_TEXT.from;
  if (to === "") return GATEWAY_TEXT.noNumbers;
  const msg = toMsg(fields, undefined);
  return typeof msg === "string" ? "Rejected: a parameter is not supported." : [{ msg, recipients: [to] }];
}
