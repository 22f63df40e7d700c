/* biome-ignore-all lint/a11y/useSemanticElements: a table of which a part is there at a time, in rows that stand freely */
/* biome-ignore-all lint/a11y/useFocusableInteractive: rows and cells are read, and hold a link */
/* biome-ignore-all lint/a11y/useKeyWithClickEvents: a press in a row is a shorter way for the mouse; its link is the keyboard's */
import { Skeleton } from "@mantine/core";
import type { Message } from "@safeguard/client";
import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { type MouseEvent, memo, useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "../shared/format.ts";
import { Grouped } from "../shared/grouped.tsx";
import { RelativeTime } from "../shared/relative-time.tsx";
import { RouteLink } from "../shared/route-link.tsx";
import { MESSAGES } from "./messages-search.ts";
import { StatusBadge } from "./status-badge.tsx";
import { verdictSentence } from "./verdict-sentence.ts";

/** Height of a row in pixels: two lines where there is little room (see messages.css). */
const ROW = 48;
const NARROW_ROW = 76;
/** So many rows before the end the next page is asked for. */
const AHEAD = 60;

export interface MessageListProps {
  readonly messages: readonly Message[];
  readonly isMore: boolean;
  readonly isNarrow: boolean;
  /** Label of the table. */
  readonly label: string;
  readonly onEndNear: () => void;
}

/** Rows of which only those in sight are there, however many there are. */
export function MessageList({ messages, isMore, isNarrow, label, onEndNear }: MessageListProps) {
  const { t } = useTranslation();
  const list = useRef<HTMLDivElement>(null);
  const rows = useWindowVirtualizer({
    count: messages.length + (isMore ? 1 : 0),
    estimateSize: () => (isNarrow ? NARROW_ROW : ROW),
    overscan: 8,
    useFlushSync: false,
    scrollMargin: list.current?.offsetTop ?? 0,
    getItemKey: (index) => messages[index]?.id ?? "more",
  });
  const shown = rows.getVirtualItems();
  const last = shown.at(-1)?.index ?? 0;
  const isEndNear = isMore && last >= messages.length - AHEAD;
  useEffect(() => {
    if (isEndNear) onEndNear();
  }, [isEndNear, onEndNear]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: rows are as high as the window's width makes them
  useEffect(() => rows.measure(), [isNarrow]);
  return (
    <div role="table" aria-label={label} aria-rowcount={isMore ? -1 : messages.length + 1} className="messages numbers">
      <div role="rowgroup" className="messages-head">
        <div role="row" aria-rowindex={1} className="messages-row">
          {(["at", "to", "status", "reason", "purpose", "from"] as const).map((column) => (
            <div key={column} role="columnheader" className={`messages-${column}`}>
              {t(`messages.column.${column}`)}
            </div>
          ))}
        </div>
      </div>
      <div role="rowgroup" ref={list} style={{ height: rows.getTotalSize(), position: "relative" }}>
        {shown.map(({ index, start, size, key }) => {
          const message = messages[index];
          return (
            <div
              key={key}
              role="row"
              aria-rowindex={index + 2}
              className="messages-row"
              onClick={openMessage}
              style={{
                position: "absolute",
                insetInline: 0,
                top: 0,
                height: size,
                transform: `translateY(${start - rows.options.scrollMargin}px)`,
              }}
            >
              {message === undefined ? (
                <div role="cell" style={{ gridColumn: "1 / -1" }} aria-busy="true">
                  <Skeleton height={20} />
                </div>
              ) : (
                <MessageCells message={message} />
              )}
            </div>
          );
        })}
      </div>
    </div>
  );
}

/** A press anywhere in a row opens its message, as its link does; not where text is being selected, or something else pressed. */
function openMessage({ target, currentTarget, button, defaultPrevented }: MouseEvent<HTMLElement>): void {
  if (defaultPrevented || button !== 0 || window.getSelection()?.isCollapsed === false) return;
  if (target instanceof Element && target.closest("a, button") !== null) return;
  currentTarget.querySelector("a")?.click();
}

/**
 * (a row that is only moved is not made again: of forty in the page a turn of the wheel brings a few; and a row is made of as
 * few components as it can be)
 */
const MessageCells = memo(function MessageCells({ message }: { readonly message: Message }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { place } = format;
  const { id, at, to, status, destination, candidates, reason, purpose, from, would } = message;
  return (
    <>
      <div role="cell" className="messages-at">
        <RelativeTime at={at} />
      </div>
      <div role="cell" className="messages-to">
        <RouteLink to={MESSAGES} search={(old) => ({ ...old, message: id })} resetScroll={false} size="sm" fw={600}>
          <Grouped text={to} />
        </RouteLink>
        <span className="messages-place">{destination === null ? candidates.join(", ") : place(destination)}</span>
      </div>
      <div role="cell" className="messages-status">
        <StatusBadge status={status} />
      </div>
      <div role="cell" className="messages-reason">
        <span
          onPointerEnter={({ currentTarget }) => {
            // (not before somebody points at it: rows are many, and are made while they are scrolled)
            currentTarget.title = verdictSentence(message, t, format);
          }}
        >
          {t(`reasons.${reason}`)}
          {would !== undefined && ` · ${t(`messages.would.${would}`)}`}
        </span>
      </div>
      <div role="cell" className="messages-purpose">
        {purpose === null ? "–" : t(`messages.purpose.${purpose}`)}
      </div>
      <div role="cell" className="messages-from">
        {from}
      </div>
    </>
  );
});
