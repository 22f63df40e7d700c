import { type Html, type HtmlValue, html } from "./html.ts";
import { unbroken } from "./unbroken.ts";

export interface Picture {
  readonly id: string;
  readonly title: string;
  /** What to see in it: under its title, and what a screen reader says. */
  readonly caption: string;
  readonly width: number;
  readonly height: number;
  readonly wide?: boolean;
  readonly drawing: HtmlValue;
  /** The same as numbers. */
  readonly table?: Html | undefined;
}

/** A picture with its title, what it shows in words, and its numbers as a table. */
export function figure({ id, title, caption, width, height, wide, drawing, table }: Picture): Html {
  return html`<figure${wide === true ? html` class="wide"` : undefined} aria-labelledby="${id}-t">
<h4 id="${id}-t">${title}</h4>
<figcaption id="${id}-c">${unbroken(caption)}</figcaption>
<div class="scroll"${wide === true ? html` tabindex="0" role="group" aria-label="${title}"` : undefined}><svg role="img" aria-labelledby="${id}-t ${id}-c" viewBox="0 0 ${width} ${height}" xmlns="http://www.w3.org/2000/svg">${drawing}</svg></div>
${table === undefined ? undefined : html`<details><summary>As a table</summary>${table}</details>`}
</figure>
`;
}

/** Instead of a picture that would show nothing. */
export function emptyFigure(id: string, title: string, why: string): Html {
  return html`<figure aria-labelledby="${id}-t"><h4 id="${id}-t">${title}</h4><figcaption>${why}</figcaption></figure>
`;
}

export interface Column {
  readonly name: string;
  /** Numbers stand on the right. */
  readonly number?: boolean;
}

export function table(caption: string, columns: readonly Column[], rows: readonly (readonly HtmlValue[])[]): Html {
  const align = (at: number): Html | undefined => (columns[at]?.number === true ? html` class="n"` : undefined);
  return html`<div class="table" tabindex="0" role="group" aria-label="${caption}"><table><caption>${caption}</caption>
<thead><tr>${columns.map(({ name }, at) => html`<th scope="col"${align(at)}>${name}</th>`)}</tr></thead>
<tbody>${rows.map(
    (
      row,
    ) => html`<tr>${row.map((cell, at) => (at === 0 ? html`<th scope="row">${cell}</th>` : html`<td${align(at)}>${cell}</td>`))}</tr>
`,
  )}</tbody></table></div>`;
}
