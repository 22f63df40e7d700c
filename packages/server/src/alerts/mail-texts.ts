import type { Account } from "../accounts/account.ts";
import type { AlertEvent } from "./alert-facts.ts";
import { ALERT_KINDS } from "./alert-kinds.ts";
import { factLines } from "./fact-lines.ts";
import { escapedHtml } from "./html-text.ts";

const CONFIRM = "Look at it and confirm the containment";

/** `Incident`, or `Incident: over`. */
export function headlineOf({ facts, event }: AlertEvent): string {
  const { title } = ALERT_KINDS[facts.code];
  return event === "raised" ? title : `${title}: over`;
}

/** An alert as a mail says it: the same in plain text and in HTML. Nothing is loaded from elsewhere. */
export function mailTexts(
  event: AlertEvent,
  account: Pick<Account, "id" | "name">,
  link: string | undefined,
): { readonly subject: string; readonly text: string; readonly html: string } {
  const headline = headlineOf(event);
  const lines = factLines(event.facts);
  const foot = `Account ${account.name} (${account.id}), ${new Date(event.at).toISOString()}`;
  const text = [
    event.sentence,
    "",
    ...lines.map(([name, value]) => `${name}: ${value}`),
    ...(link === undefined ? [] : ["", `${CONFIRM}: ${link}`]),
    "",
    foot,
    "",
  ].join("\n");
  const e = escapedHtml;
  const rows = lines.map(
    ([name, value]) => `<tr><th style="${CELL};color:#555">${e(name)}</th><td style="${CELL}">${e(value)}</td></tr>`,
  );
  const html = [
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${e(headline)}</title></head><body style="${BODY}">`,
    `<h1 style="font-size:20px;margin:0 0 12px">${e(headline)}</h1><p>${e(event.sentence)}</p>`,
    rows.length === 0 ? "" : `<table style="border-collapse:collapse">${rows.join("")}</table>`,
    link === undefined ? "" : `<p><a href="${e(link)}" style="${BUTTON}">${CONFIRM}</a></p>`,
    `<p style="color:#555;font-size:13px">${e(foot)}</p></body></html>`,
  ].join("");
  return { subject: `[Safeguard] ${headline} (${account.name})`, text, html };
}

const BODY = "font:15px/1.5 system-ui,sans-serif;color:#111;max-width:40rem";
const CELL = "text-align:left;vertical-align:top;padding:2px 12px 2px 0;font-weight:normal";
const BUTTON =
  "display:inline-block;padding:8px 16px;background:#1f4fd8;color:#fff;text-decoration:none;border-radius:4px";
