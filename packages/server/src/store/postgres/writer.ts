import { setTimeout as sleep } from "node:timers/promises";
import { DatabaseLocked } from "../store-errors.ts";
import { isTransient } from "./connection-loss.ts";
import type { PgStatement } from "./pg-sql.ts";
import { type SessionOptions, WriterSession } from "./writer-session.ts";

/** Tries again after so long, and then after twice as long each time. */
const FIRST_DELAY_MS = 20;
const LONGEST_DELAY_MS = 500;
/** A group that fails on so many good connections is not tried for again. */
const COMMIT_ATTEMPTS = 10;
const GOODBYE_MS = 2000;
/** The server needs a moment to see that the process before this one is gone. */
const START_PATIENCE_MS = 3000;

/** The writer's connection is gone, and could not be had again with the journal as it was left. */
export class WriterLost extends Error {
  override readonly name = "WriterLost";
  readonly code = "writer_lost";
}

/** The journal's last group, as a new connection finds it. */
export interface JournalEnd {
  readonly last: number;
  readonly payload: Uint8Array | undefined;
}

/** A group that is to become durable. */
export interface GroupWrite {
  readonly last: number;
  readonly payload: Uint8Array;
  readonly statements: readonly PgStatement[];
}

export interface WriterOptions extends SessionOptions {
  /** How long a lost connection is tried for again, before nothing is taken any more. */
  readonly patienceMs: number;
}

/**
 * The one writer of a database, over as many connections as it takes. Work is done in order, one at a time. Each new
 * connection takes the lock again and looks at the journal's end: it must be as it was left, or have our last group.
 */
export class Writer {
  readonly #options: WriterOptions;
  readonly #onLost: (error: Error) => void;
  #session: WriterSession;
  /** Of the last group that is known to be durable. */
  #last = 0;
  #tail: Promise<unknown> = Promise.resolve();
  #lost: WriterLost | undefined;
  #closed = false;

  /** `onLost` hears, once, that nothing can be written any more. Throws DatabaseLocked, DatabaseUnfit. */
  static async open(options: WriterOptions, onLost: (error: Error) => void): Promise<Writer> {
    const deadline = performance.now() + START_PATIENCE_MS;
    const session = await again(
      () => WriterSession.open(options),
      (error) => error instanceof DatabaseLocked,
      deadline,
    );
    return new Writer(options, session, onLost);
  }

  private constructor(options: WriterOptions, session: WriterSession, onLost: (error: Error) => void) {
    this.#options = options;
    this.#onLost = onLost;
    this.#session = session;
    this.#watch(session);
  }

  /** Says where the journal ends, before anything is written. */
  begin(last: number): void {
    this.#last = last;
  }

  /** `prepare` and then its group, which is durable, once, when this resolves. */
  commit(prepare: (session: WriterSession) => Promise<GroupWrite>): Promise<GroupWrite> {
    return this.#inOrder(async () => {
      const group = await this.#steadily(async () => prepare(await this.#connection()));
      for (let attempt = 1; ; attempt++) {
        const session = await this.#connection(group);
        // A connection that is new may have found it.
        if (this.#last === group.last) return group;
        try {
          await session.transaction(group.statements);
          this.#last = group.last;
          return group;
        } catch (error) {
          // Whatever was said, only the journal says whether it has the group: a new connection looks.
          session.end();
          await this.#connection(group);
          if (this.#last === group.last) return group;
          if (!isTransient(error) || attempt === COMMIT_ATTEMPTS) throw error;
        }
      }
    });
  }

  /** Other work, which may be done again when the connection is lost under it. */
  work<T>(work: (session: WriterSession) => Promise<T>): Promise<T> {
    return this.#inOrder(() => this.#steadily(async () => work(await this.#connection())));
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#tail.catch(() => {});
    this.#session.end();
    // (a server that is gone does not say goodbye)
    await Promise.race([this.#session.ended, sleep(GOODBYE_MS, undefined, { ref: false })]);
  }

  #inOrder<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#tail.then(work);
    this.#tail = done.catch(() => {});
    return done;
  }

  #steadily<T>(work: () => Promise<T>): Promise<T> {
    return again(work, isTransient, performance.now() + this.#options.patienceMs);
  }

  /** The open connection, or a new one; `pending`: may have been committed on the old one. */
  async #connection(pending?: GroupWrite): Promise<WriterSession> {
    if (this.#lost !== undefined) throw this.#lost;
    if (this.#session.isOpen) return this.#session;
    try {
      const left = this.#session.serverProcess;
      const session = await again(
        () => this.#reopen(left, pending),
        (error) => isTransient(error) || error instanceof DatabaseLocked,
        performance.now() + this.#options.patienceMs,
      );
      this.#session = session;
      this.#watch(session);
      return session;
    } catch (error) {
      throw this.#lose(error);
    }
  }

  async #reopen(left: number | undefined, pending: GroupWrite | undefined): Promise<WriterSession> {
    const session = await WriterSession.open(this.#options, left);
    try {
      const end = await journalEnd(session);
      if (pending !== undefined && end.last === pending.last && isEqual(end.payload, pending.payload)) {
        this.#last = pending.last;
      } else if (end.last !== this.#last) {
        throw new WriterLost(
          `the journal ends at record ${end.last}, not at ${this.#last}: something else wrote to it`,
        );
      }
      return session;
    } catch (error) {
      session.end();
      throw error;
    }
  }

  /** A connection that is lost while nobody needs it is replaced at once: the lock must not lie about. */
  #watch(session: WriterSession): void {
    void session.ended.then(() => {
      if (this.#closed || this.#lost !== undefined) return;
      this.work(() => Promise.resolve()).catch(() => {});
    });
  }

  #lose(cause: unknown): WriterLost {
    if (this.#lost !== undefined) return this.#lost;
    const reason = cause instanceof Error ? cause.message : String(cause);
    this.#lost = new WriterLost(`the connection to the database was lost and not had again: ${reason}`, { cause });
    this.#onLost(this.#lost);
    return this.#lost;
  }
}

/** The last group of the journal; `last` 0: there is none. */
export async function journalEnd({ sql }: WriterSession): Promise<JournalEnd> {
  const [end] = await sql.all<{ readonly last_sequence: number; readonly payload: Uint8Array }>(
    "SELECT last_sequence, payload FROM journal ORDER BY first_sequence DESC LIMIT 1",
    [],
  );
  return { last: end?.last_sequence ?? 0, payload: end?.payload };
}

function isEqual(one: Uint8Array | undefined, other: Uint8Array): boolean {
  return one !== undefined && Buffer.compare(one, other) === 0;
}

/** Does it until it succeeds, fails for good, or the time is over. */
export async function again<T>(
  work: () => Promise<T>,
  isWorthIt: (error: unknown) => boolean,
  deadline: number,
): Promise<T> {
  for (let delay = FIRST_DELAY_MS; ; delay = Math.min(delay * 2, LONGEST_DELAY_MS)) {
    try {
      return await work();
    } catch (error) {
      if (error instanceof WriterLost || !isWorthIt(error) || performance.now() + delay > deadline) throw error;
      await sleep(delay);
    }
  }
}
