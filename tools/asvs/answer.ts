/** How a requirement is met: what shows it, or why not. */
export type Answer =
  /** This test shows it. `title`: of the test, or its beginning. */
  | { readonly type: "test"; readonly path: string; readonly title: string; readonly note?: string }
  /** This place in the code does it; `note` says how. */
  | { readonly type: "code"; readonly path: string; readonly note: string }
  /** It asks for a document, and this is it. */
  | { readonly type: "document"; readonly path: string; readonly note?: string }
  | { readonly type: "not_applicable"; readonly reason: string }
  /** Not met, or not wholly: what is missing. */
  | { readonly type: "open"; readonly missing: string };

/** What a requirement is about, in our words, and the answer to it. */
export type Row = readonly [subject: string, answer: Answer];

/** By id, such as `V1.2.4`. */
export type Rows = Readonly<Record<string, Row>>;

export const test = (path: string, title: string, note?: string): Answer => ({
  type: "test",
  path,
  title,
  ...(note !== undefined && { note }),
});
export const code = (path: string, note: string): Answer => ({ type: "code", path, note });
export const document = (path: string, note?: string): Answer => ({
  type: "document",
  path,
  ...(note !== undefined && { note }),
});
export const notApplicable = (reason: string): Answer => ({ type: "not_applicable", reason });
export const open = (missing: string): Answer => ({ type: "open", missing });
