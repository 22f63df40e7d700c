import type { EpochMilliseconds } from "@safeguard/core";
import type { Directory } from "../../accounts/directory.ts";
import type { Notice } from "../../store/journal-record.ts";
import type { QueuedNotice, Store } from "../../store/store.ts";
import type { HttpExchange, HttpRequest } from "../outbound/http-exchange.ts";
import type { NoticeRenderer } from "./notice-renderer.ts";

export interface TellNoticeParts {
  readonly messages: Pick<Store["messages"], "findById">;
  readonly directory: Pick<Directory, "account">;
  readonly renderers: readonly NoticeRenderer[];
  /** Behind an address guard: the URLs are customers'. */
  readonly exchange: HttpExchange;
  now(): EpochMilliseconds;
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
  return async ({ notice, id }) => {
    let request: HttpRequest;
    try {
      const renderer = renderers.get(notice.dialect);
      const account = parts.directory.account(notice.account);
      const message = await parts.messages.findById(notice.message);
      if (renderer === undefined) return { end: "given_up", error: "no_renderer" };
      if (account === undefined || message === undefined) return { end: "given_up", error: "message_gone" };
      const { url, method, headers, body } = renderer.render(notice, message, account, id, parts.now());
      const { origin, pathname, search } = new URL(url);
      request = { origin, path: pathname + search, method, headers, body, timeoutMs: TIMEOUT_MS };
    } catch {
      // A store that cannot be read now, a secret under another master key, a URL that is none: each can be mended.
      return { end: "try_again", error: "cannot_be_written" };
    }
    const result = await parts.exchange.send(request);
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
