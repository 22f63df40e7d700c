import type { EpochMilliseconds } from "@safeguard/core";
import type { Account } from "../../accounts/account.ts";
import type { Directory } from "../../accounts/directory.ts";
import { failpoint } from "../../config/failpoint.ts";
import type { AlertNotice, Notice } from "../../store/journal-record.ts";
import type { QueuedNotice, Store } from "../../store/store.ts";
import type { HttpExchange, HttpRequest } from "../outbound/http-exchange.ts";
import type { NoticeRenderer, RenderedNotice } from "./notice-renderer.ts";

export interface TellNoticeParts {
  readonly messages: Pick<Store["messages"], "findById">;
  readonly directory: Pick<Directory, "account">;
  readonly renderers: readonly NoticeRenderer[];
  readonly alerts?: TellAlert;
  /** Behind an address guard: the URLs are customers'. */
  readonly exchange: HttpExchange;
  now(): EpochMilliseconds;
}

/** How alerts are told. */
export interface TellAlert {
  /** The request for a channel; or what became of it elsewhere (a mail); undefined: the channel is there no more. */
  prepare(
    notice: AlertNotice,
    account: Account,
    attemptId: string,
    now: number,
  ): RenderedNotice | Promise<NoticeTold> | undefined;
}

/** What one attempt came to. `error` is a short code, never the receiver's words. */
export interface NoticeTold {
  readonly end: "taken" | "given_up" | "try_again";
  readonly status?: number;
  readonly error?: string;
}

const TIMEOUT_MS = 15_000;

/** Makes one attempt at telling a notice. Taken by any 2xx; given up at 410, and where there is nothing to tell any more. */
export function createTellNotice(parts: TellNoticeParts): (queued: QueuedNotice) => Promise<NoticeTold> {
  const renderers = new Map<Notice["dialect"], NoticeRenderer>(
    parts.renderers.map((renderer) => [renderer.dialect, renderer]),
  );
  async function render(notice: Notice, account: Account, attemptId: string): Promise<RenderedNotice | undefined> {
    const message = await parts.messages.findById(notice.message);
    return message && renderers.get(notice.dialect)?.render(notice, message, account, attemptId, parts.now());
  }
  return async ({ notice, id }) => {
    // What is told again keeps the id under which it was told first: the receiver may know it already.
    const attemptId = notice.replayOf ?? id;
    let request: HttpRequest;
    try {
      const account = parts.directory.account(notice.account);
      if (account === undefined) return { end: "given_up", error: "message_gone" };
      if (notice.dialect === "alert" ? parts.alerts === undefined : !renderers.has(notice.dialect))
        return { end: "given_up", error: "no_renderer" };
      const rendered =
        notice.dialect === "alert"
          ? parts.alerts?.prepare(notice, account, attemptId, parts.now())
          : await render(notice, account, attemptId);
      if (rendered === undefined) return { end: "given_up", error: "message_gone" };
      if (!("url" in rendered)) return await rendered;
      const { url, method, headers, body } = rendered;
      const { origin, pathname, search } = new URL(url);
      request = { origin, path: pathname + search, method, headers, body, timeoutMs: TIMEOUT_MS };
    } catch {
      // A store that cannot be read now, a secret under another master key, a URL that is none: each can be mended.
      return { end: "try_again", error: "cannot_be_written" };
    }
    failpoint("before-webhook");
    const result = await parts.exchange.send(request);
    failpoint("after-webhook-answer");
    switch (result.type) {
      case "not_sent":
        return { end: "try_again", error: result.code };
      case "lost":
        return { end: "try_again", error: result.cause };
      case "answered": {
        const { status } = result;
        if (status >= 200 && status < 300) return { end: "taken", status };
        return status === 410
          ? { end: "given_up", status, error: "gone" }
          : { end: "try_again", status, error: "not_taken" };
      }
    }
  };
}
