import type { OutgoingNotice } from "../../store/journal-record.ts";

/** Which of an account's servers a notice is for: they fail, and are paused, each as a whole. A URL's origin, or `alert:` and the channel. */
export function receiverOf(notice: OutgoingNotice): string {
  if (notice.dialect === "alert") return `alert:${notice.channel}`;
  return URL.parse(notice.url)?.origin ?? notice.url;
}
