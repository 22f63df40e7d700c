import { type Html, html } from "./html.ts";

/** A date with its time, or a number range: a line must not break inside of it. */
const WHOLE = /(\d{4}-\d\d-\d\d(?: \d\d:\d\d(?::\d\d)?)?|\+\d[\d ]*x+)/;

/** Text whose dates and ranges stay on one line. */
export function unbroken(text: string): Html {
  return html`${text.split(WHOLE).map((part, at) => (at % 2 === 0 ? part : html`<span class="number">${part}</span>`))}`;
}
