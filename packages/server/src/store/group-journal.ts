import type { MessageId } from "../gateway/message-id.ts";
import { type Journal, type JournalEntry, JournalUnwritable } from "./journal.ts";
import { readLine, writeLine } from "./journal-line.ts";
import type { JournalRecord, MessageWaits } from "./journal-record.ts";
import type { RecordIds } from "./record-ids.ts";

/** Consecutive records that become durable together: `text` has one line each. */
export interface JournalGroup {
  readonly first: number;
  readonly last: number;
  /** The latest `at` among the records. */
  readonly at: number;
  readonly text: string;
  /** Contents of waiting messages that are kept apart from the records, and those that go; by the messages' sequence numbers. */
  readonly contents?: ContentChanges;
}

export interface ContentChanges {
  readonly kept: readonly { readonly sequence: number; readonly content: string }[];
  /** After the kept ones. */
  readonly dropped: readonly number[];
}

/** Where groups are kept. An empty line stands for a record whose retention has run out. */
export interface JournalDevice {
  /** Resolves when the group is on stable storage. Called with one group at a time, in order; whole or not at all. */
  commit(group: JournalGroup): Promise<void>;
  /** Some groups (as many as are good to hold at once), in order, from the one that holds `sequence` on; empty: none. */
  groupsFrom(sequence: number): Promise<readonly Pick<JournalGroup, "first" | "last" | "text">[]>;
}

/** A group takes no further append beyond these; one append is never divided. */
const GROUP_RECORDS = 512;
const GROUP_CHARACTERS = 256 * 1024;

/** A record's id is not the one that the journal gives it: the caller did not take it from `upcomingId`. */
export class RecordIdMismatch extends Error {
  override readonly name = "RecordIdMismatch";
  readonly code = "record_id_mismatch";
}

/**
 * Group commit without a timer: while one group is being written the next one gathers, and is written as soon as the
 * device returns. An append into a quiet journal is written at the end of the event loop's turn, together with those of
 * the other requests that came in with it.
 */
export class GroupJournal implements Journal {
  readonly #device: JournalDevice;
  readonly #ids: RecordIds;
  readonly #afterTurn: (call: () => void) => void;
  /** The last one still gathers. */
  readonly #queue: GatheringGroup[] = [];
  readonly #watchers = new Set<() => void>();
  #lastSequence: number;
  #durableSequence: number;
  #state: "idle" | "scheduled" | "writing" = "idle";
  #failure: JournalUnwritable | undefined;
  #closed = false;
  #drained: (() => void) | undefined;
  /** Of the group that was added to last. */
  #latest: Promise<void> = Promise.resolve();

  /** `lastSequence`: of the last record on the device; 0: none. `afterTurn` calls back when the event loop's turn is over. */
  constructor(
    device: JournalDevice,
    ids: RecordIds,
    lastSequence: number,
    afterTurn: (call: () => void) => void = setImmediate,
  ) {
    this.#afterTurn = afterTurn;
    this.#device = device;
    this.#ids = ids;
    this.#lastSequence = lastSequence;
    this.#durableSequence = lastSequence;
  }

  get writable(): boolean {
    return this.#failure === undefined;
  }

  get lastSequence(): number {
    return this.#lastSequence;
  }

  /** Of the last record that is on stable storage. */
  get durableSequence(): number {
    return this.#durableSequence;
  }

  upcomingId(offset = 0): MessageId {
    return this.#ids.idOf(this.#lastSequence + 1 + offset);
  }

  append(records: readonly JournalRecord[]): Promise<void> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    if (this.#closed) return Promise.reject(new JournalUnwritable("The journal is closed."));
    if (records.length === 0) return Promise.resolve();
    let at = 0;
    let characters = 0;
    const lines: string[] = [];
    const kept: { sequence: number; content: string }[] = [];
    const dropped: number[] = [];
    for (const record of records) {
      this.#checkId(record, this.#lastSequence + 1 + lines.length);
      const line = record.type === "message_waits" ? this.#keepContent(record, kept) : writeLine(record);
      if (record.type === "wait_ended") dropped.push(this.#ids.sequenceOf(record.message) ?? 0);
      if (record.at > at) at = record.at;
      characters += line.length;
      lines.push(line);
    }
    // Nothing can fail from here on: the sequence numbers are taken.
    let group = this.#queue.at(-1);
    if (group === undefined || group.isFull()) {
      group = new GatheringGroup(this.#lastSequence + 1);
      this.#queue.push(group);
    }
    group.add(lines, characters, at);
    if (kept.length > 0 || dropped.length > 0) group.change(kept, dropped);
    this.#latest = group.durable;
    this.#lastSequence += lines.length;
    if (this.#state === "idle") {
      this.#state = "scheduled";
      this.#afterTurn(() => this.#write());
    }
    return group.durable;
  }

  settled(): Promise<void> {
    return this.#latest;
  }

  async *read(fromSequence: number): AsyncIterable<JournalEntry> {
    yield* this.#entries({ next: fromSequence }, undefined);
  }

  async *follow(fromSequence: number, signal: AbortSignal): AsyncIterable<JournalEntry> {
    const position = { next: fromSequence };
    while (!signal.aborted && !this.#closed) {
      yield* this.#entries(position, signal);
      if (this.#failure !== undefined) throw this.#failure;
      if (!signal.aborted && this.#durableSequence < position.next) await this.#change(signal);
    }
  }

  /** Resolves when everything appended is durable, or has failed. Nothing is taken any more. */
  close(): Promise<void> {
    this.#closed = true;
    this.#wakeWatchers();
    if (this.#state === "idle") return Promise.resolve();
    return new Promise((resolve) => {
      this.#drained = resolve;
    });
  }

  /** The device can write no more, though nothing was asked of it: what waits is refused, and nothing further is taken. */
  fail(cause: unknown): void {
    if (this.#failure !== undefined || this.#closed) return;
    this.#refuse(cause);
    // A group under way ends by itself, well or badly.
    if (this.#state === "scheduled") this.#state = "idle";
  }

  #write(): void {
    const group = this.#queue.shift();
    if (group === undefined) {
      this.#state = "idle";
      this.#drained?.();
      return;
    }
    this.#state = "writing";
    const written = group.close();
    this.#device.commit(written).then(
      () => {
        this.#durableSequence = written.last;
        // First the next group on its way, then the answers to those who waited for this one.
        this.#write();
        group.settle(undefined);
        this.#wakeWatchers();
      },
      (cause: unknown) => this.#fail(group, cause),
    );
  }

  #fail(group: GatheringGroup, cause: unknown): void {
    this.#state = "idle";
    group.settle(this.#refuse(cause));
    this.#drained?.();
  }

  #refuse(cause: unknown): JournalUnwritable {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const message = `The journal cannot be written (${reason}). Nothing is taken until a restart.`;
    const failure = this.#failure ?? new JournalUnwritable(message, { cause });
    this.#failure = failure;
    for (const waiting of this.#queue.splice(0)) waiting.settle(failure);
    this.#wakeWatchers();
    return failure;
  }

  async *#entries(position: { next: number }, signal: AbortSignal | undefined): AsyncIterable<JournalEntry> {
    const until = this.#durableSequence;
    while (position.next <= until) {
      const groups = await this.#device.groupsFrom(position.next);
      if (groups.length === 0) return;
      for (const { first, last, text } of groups) {
        // On the device, but not yet known to be: groups become durable whole.
        if (last > until) return;
        let sequence = first;
        for (const line of text.split("\n")) {
          if (sequence >= position.next && line !== "") {
            if (signal?.aborted) return;
            position.next = sequence + 1;
            yield { sequence, record: readLine(line) };
          }
          sequence++;
        }
        position.next = Math.max(position.next, last + 1);
      }
    }
  }

  /** The line of a wait. Its content goes beside the records. */
  #keepContent({ content, ...record }: MessageWaits, kept: { sequence: number; content: string }[]): string {
    const sequence = this.#ids.sequenceOf(record.message);
    if (content !== undefined && sequence !== undefined) kept.push({ sequence, content });
    return writeLine(record);
  }

  #checkId(record: JournalRecord, sequence: number): void {
    if (!("id" in record) || record.type === "notice_attempted") return;
    const expected = this.#ids.idOf(sequence);
    if (record.id === expected) return;
    throw new RecordIdMismatch(
      `Record ${sequence} (${record.type}) has the id ${record.id}, not ${expected}: take ids from upcomingId().`,
    );
  }

  #change(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        this.#watchers.delete(wake);
        signal.removeEventListener("abort", wake);
        resolve();
      };
      this.#watchers.add(wake);
      signal.addEventListener("abort", wake, { once: true });
    });
  }

  #wakeWatchers(): void {
    for (const wake of [...this.#watchers]) wake();
  }
}

/** A group while records are still added to it. All that wait for it share one promise. */
class GatheringGroup {
  readonly durable: Promise<void>;
  readonly #first: number;
  readonly #lines: string[] = [];
  #characters = 0;
  #at = 0;
  #contents: { readonly kept: ContentChanges["kept"][number][]; readonly dropped: number[] } | undefined;
  #resolve: () => void = () => {};
  #reject: (failure: JournalUnwritable) => void = () => {};

  constructor(first: number) {
    this.#first = first;
    this.durable = new Promise<void>((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  isFull(): boolean {
    return this.#lines.length >= GROUP_RECORDS || this.#characters >= GROUP_CHARACTERS;
  }

  add(lines: readonly string[], characters: number, at: number): void {
    for (const line of lines) this.#lines.push(line);
    this.#characters += characters;
    if (at > this.#at) this.#at = at;
  }

  change(kept: ContentChanges["kept"], dropped: ContentChanges["dropped"]): void {
    this.#contents ??= { kept: [], dropped: [] };
    this.#contents.kept.push(...kept);
    this.#contents.dropped.push(...dropped);
  }

  close(): JournalGroup {
    const last = this.#first + this.#lines.length - 1;
    const group = { first: this.#first, last, at: this.#at, text: this.#lines.join("\n") };
    return this.#contents === undefined ? group : { ...group, contents: this.#contents };
  }

  settle(failure: JournalUnwritable | undefined): void {
    if (failure === undefined) this.#resolve();
    else this.#reject(failure);
  }
}
