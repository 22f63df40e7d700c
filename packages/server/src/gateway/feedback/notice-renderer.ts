import type { Account } from "../../accounts/account.ts";
import type { Notice } from "../../store/journal-record.ts";
import type { MessageView } from "../../store/store.ts";

/** A request to a customer's server, ready to be sent. */
export interface RenderedNotice {
  readonly url: string;
  readonly method: "POST";
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Writes a notice in the customer's own dialect, signed as that dialect signs. */
export interface NoticeRenderer {
  readonly dialect: Notice["dialect"];
  /** `attemptId` is the same in every retry of one notice. `now` in epoch milliseconds. */
  render(notice: Notice, message: MessageView, account: Account, attemptId: string, now: number): RenderedNotice;
}
