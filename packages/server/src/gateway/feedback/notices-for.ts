import type { Account } from "../../accounts/account.ts";
import type { Notice } from "../../store/journal-record.ts";
import type { MessageView } from "../../store/store.ts";

/** What must be known of a message to say whom its reports go to. */
export type ReportedMessage = Pick<MessageView, "id" | "account" | "key" | "dialect" | "callback">;

/**
 * The notices that one delivery report means: to the URL that the client gave with the message, else to the account's
 * own for its dialect; and to the account's webhook, which hears of every message.
 */
export function noticesFor(message: ReportedMessage, account: Account, report: Notice["report"]): readonly Notice[] {
  const common = { message: message.id, account: message.account, key: message.key, report };
  const notices: Notice[] = [];
  if (message.callback !== undefined) notices.push({ ...common, ...message.callback });
  else if (message.dialect === "cm" && account.reports.cmUrl !== undefined)
    notices.push({ ...common, dialect: "cm", url: account.reports.cmUrl });
  if (account.reports.webhookUrl !== undefined)
    notices.push({ ...common, dialect: "native", url: account.reports.webhookUrl });
  return notices;
}
