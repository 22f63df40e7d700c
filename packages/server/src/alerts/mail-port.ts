/** A mail to people. */
export interface Mail {
  readonly to: readonly string[];
  readonly subject: string;
  /** The same in plain text and in HTML. */
  readonly text: string;
  readonly html: string;
  /** The same in every try of one mail: a server that got it twice can tell. */
  readonly id: string;
}

/** `refused`: for good, such as an unknown recipient. `code`: short, never the server's words. */
export type MailResult =
  | { readonly type: "taken" }
  | { readonly type: "refused"; readonly code: string }
  | { readonly type: "failed"; readonly code: string };

/** Sends mail. Where the server has none, channels of the type email are refused when they are set. Never rejects. */
export interface MailPort {
  send(mail: Mail): Promise<MailResult>;
}
