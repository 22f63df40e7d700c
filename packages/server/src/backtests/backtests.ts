import type { FileHandle } from "node:fs/promises";
import type { AccountId, EpochMilliseconds } from "@safeguard/core";
import type { Account } from "../accounts/account.ts";
import type { Actor } from "../accounts/principal.ts";
import { randomId } from "../accounts/random-id.ts";
import { ServiceError } from "../api/service-error.ts";
import type { ColumnMapping } from "../backtest/traffic-file/recognise-format.ts";
import { TrafficUnreadable } from "../backtest/traffic-file/traffic-unreadable.ts";
import type { JournalRecord } from "../store/journal-record.ts";
import { HEAD_BYTES, headOf, lookAtTraffic, type TrafficLook } from "./look-at-traffic.ts";
import { type ChildRun, runInChild } from "./run-in-child.ts";
import type { RUN_FILES, RunProgress, RunSummary, RunTask, TestedPolicy } from "./run-task.ts";
import { LEAST_FREE_BYTES, Scratch } from "./scratch.ts";

/** What is asked of a run. */
export interface RunRequest {
  readonly columns: ColumnMapping | undefined;
  readonly assumedOffset: number | undefined;
  readonly days: number | undefined;
  readonly policy: TestedPolicy;
  readonly compare: TestedPolicy | undefined;
}

export interface Run {
  readonly startedAt: EpochMilliseconds;
  readonly startedBy: Actor;
  readonly request: RunRequest;
  state: "running" | "done" | "failed" | "canceled";
  progress: RunProgress;
  phaseSince: EpochMilliseconds;
  endedAt: EpochMilliseconds | undefined;
  /** Of `failed`: why, for the person. */
  failure: string | undefined;
  /** Of `done`. */
  summary: RunSummary | undefined;
}

/** A traffic file that somebody brought, and the last run over it. */
export interface Backtest {
  readonly id: string;
  readonly account: AccountId;
  readonly name: string;
  readonly createdAt: EpochMilliseconds;
  /** Of the whole file; what has come of it. */
  readonly bytes: number;
  readonly received: number;
  /** The file is still there. */
  readonly hasFile: boolean;
  readonly run: Readonly<Run> | undefined;
  /** When it is gone, with all that it found. */
  readonly expiresAt: EpochMilliseconds;
}

export const OUTPUTS = ["result", "report", "lists", "comparison", "decisions", "evidence"] as const;
export type Output = (typeof OUTPUTS)[number];

/** Bytes of one piece of a file, at most. */
export const PIECE_BYTES = 8 * 1024 * 1024;
export const KEPT_PER_ACCOUNT = 10;
/** Of the whole server at once; of an account: one. */
export const MOST_RUNNING = 2;
const KEPT_IN_ALL = 100;
/** Files of the whole server together may have so many times what one may. */
const FILES_IN_ALL = 4;
export const KEPT_MS = 24 * 3_600_000;
/** The file itself goes earlier: so long after the last thing that was done with it. */
export const FILE_KEPT_MS = 3_600_000;
const LONGEST_RUN_MS = 3_600_000;
const LOOK_AFTER_MS = 60_000;
const MOST_RESIDENT_BYTES = 1_500_000_000;
/** Unpacked, a file may have so many times as many bytes as it may have as it is brought. */
const UNPACKED_TIMES = 8;
const AGAIN_SECONDS = "30";

interface Kept {
  readonly id: string;
  readonly account: AccountId;
  readonly name: string;
  readonly createdAt: EpochMilliseconds;
  readonly bytes: number;
  received: number;
  touchedAt: EpochMilliseconds;
  traffic: FileHandle | undefined;
  run: Run | undefined;
  child: ChildRun | undefined;
  outputs: Readonly<Record<Output, FileHandle>> | undefined;
  /** A piece is being written, or a run is being prepared. */
  isBusy: boolean;
  isStarting: boolean;
}

export interface BacktestsDeps {
  /** Largest file; 0: none may be brought. */
  readonly megabytes: number;
  readonly scratchDirectory: string | undefined;
  now(): EpochMilliseconds;
  /** Told of what should never happen. */
  onFault(failure: unknown): void;
}

/**
 * The backtests of all accounts: files that were brought, runs over them, what they found. Files have no name on the disk,
 * so that all of it ends with this process; and before that after a day, with the file itself after an hour.
 */
export class Backtests {
  readonly #deps: BacktestsDeps;
  readonly #scratch: Scratch;
  readonly #kept = new Map<string, Kept>();
  readonly #lookAfter: NodeJS.Timeout;

  constructor(deps: BacktestsDeps) {
    this.#deps = deps;
    this.#scratch = new Scratch(deps.scratchDirectory);
    this.#lookAfter = setInterval(() => this.#expire(), LOOK_AFTER_MS).unref();
  }

  get mostBytes(): number {
    return this.#deps.megabytes * 1_000_000;
  }

  /** Newest first. */
  list(account: AccountId): readonly Backtest[] {
    this.#expire();
    return [...this.#kept.values()]
      .filter((kept) => kept.account === account)
      .reverse()
      .map(viewOf);
  }

  get(account: AccountId, id: string): Backtest {
    return viewOf(this.#find(account, id));
  }

  async create({ id: account }: Pick<Account, "id">, name: string, bytes: number): Promise<Backtest> {
    if (this.mostBytes === 0) {
      throw new ServiceError(
        "conflict",
        "No backtests run on this server (SAFEGUARD_BACKTEST_MB is 0); use the command line.",
      );
    }
    if (bytes > this.mostBytes) {
      throw new ServiceError(
        "too_large",
        `The file has ${megabytesOf(bytes)} MB; at most ${megabytesOf(this.mostBytes)} MB may be brought here (SAFEGUARD_BACKTEST_MB). Pack it with gzip, or use the command line.`,
      );
    }
    this.#expire();
    const all = [...this.#kept.values()];
    if (all.filter((kept) => kept.account === account).length >= KEPT_PER_ACCOUNT) {
      throw new ServiceError("conflict", `The account keeps ${KEPT_PER_ACCOUNT} backtests already; delete one first.`);
    }
    const held = all.reduce((sum, kept) => sum + (kept.traffic === undefined ? 0 : kept.bytes), 0);
    const hasRoom = await this.#scratch.hasRoom(bytes);
    if (all.length >= KEPT_IN_ALL || held + bytes > FILES_IN_ALL * this.mostBytes || !hasRoom) {
      throw busy("This server has no room for a further file now; try again later, or use the command line.");
    }
    const kept: Kept = {
      id: randomId("bt_"),
      account,
      name,
      bytes,
      createdAt: this.#deps.now(),
      touchedAt: this.#deps.now(),
      received: 0,
      traffic: await this.#scratch.open(),
      run: undefined,
      child: undefined,
      outputs: undefined,
      isBusy: false,
      isStarting: false,
    };
    this.#kept.set(kept.id, kept);
    return viewOf(kept);
  }

  /** Takes the next piece in. One that came before is no fault: its answer may have been lost. */
  async receive(account: AccountId, id: string, from: number, piece: Uint8Array): Promise<Backtest> {
    const kept = this.#find(account, id);
    const traffic = fileOf(kept);
    const until = from + piece.length;
    if (until > kept.bytes) {
      throw new ServiceError(
        "invalid_request",
        `The file was said to have ${kept.bytes} bytes, and this would be more.`,
      );
    }
    if (until <= kept.received) return viewOf(kept);
    if (from !== kept.received) {
      throw new ServiceError("conflict", `The next piece begins at ${kept.received}, and this one at ${from}.`);
    }
    await this.#alone(kept, async () => {
      if (!(await this.#scratch.hasRoom(piece.length))) throw busy("The disk for temporary files is nearly full.");
      for (let at = 0; at < piece.length; ) {
        const { bytesWritten } = await traffic.write(piece, at, piece.length - at, from + at);
        at += bytesWritten;
      }
      kept.received = until;
    });
    return viewOf(kept);
  }

  /** Looks at the first rows. Throws where the file as a whole is none that could be read. */
  async look(
    account: AccountId,
    id: string,
    how: { readonly columns?: ColumnMapping | undefined; readonly assumedOffset?: number | undefined },
  ): Promise<TrafficLook> {
    const kept = this.#find(account, id);
    const traffic = wholeFileOf(kept);
    kept.touchedAt = this.#deps.now();
    const packed = Buffer.alloc(Math.min(HEAD_BYTES, kept.bytes));
    const { bytesRead } = await traffic.read(packed, 0, packed.length, 0);
    try {
      const head = await headOf(packed.subarray(0, bytesRead), bytesRead === kept.bytes, kept.name);
      return await lookAtTraffic(head, kept.name, how);
    } catch (error) {
      if (!(error instanceof TrafficUnreadable)) throw error;
      throw new ServiceError("invalid_request", `${error.message}.`);
    }
  }

  /** Begins a run; `recorded` is awaited before. Of the one before nothing is left. */
  async start(
    account: AccountId,
    id: string,
    request: RunRequest,
    startedBy: Actor,
    recorded: () => Promise<void>,
  ): Promise<Backtest> {
    const kept = this.#find(account, id);
    const traffic = wholeFileOf(kept);
    const atWork = [...this.#kept.values()].filter((one) => one.child !== undefined || one.isStarting);
    if (atWork.some((other) => other.account === account)) {
      throw new ServiceError("conflict", "A backtest of this account is running; wait for it, or cancel it.");
    }
    if (atWork.length >= MOST_RUNNING) {
      throw busy(`This server runs ${MOST_RUNNING} backtests already, of other accounts; try again in a minute.`);
    }
    await this.#alone(kept, async () => {
      kept.isStarting = true;
      await recorded();
      await closeAll(kept.outputs);
      const outputs = { ...kept.outputs } as Record<Output, FileHandle>;
      for (const name of OUTPUTS) outputs[name] = await this.#scratch.open();
      kept.outputs = outputs;
      const run: Run = {
        startedAt: this.#deps.now(),
        startedBy,
        request,
        state: "running",
        progress: { phase: "starting", done: 0, total: kept.bytes },
        phaseSince: this.#deps.now(),
        endedAt: undefined,
        failure: undefined,
        summary: undefined,
      };
      const { result, report, lists, comparison, decisions, evidence } = outputs;
      const task: RunTask = {
        ...request,
        name: kept.name,
        mostUnpacked: UNPACKED_TIMES * this.mostBytes,
        mostResidentBytes: MOST_RESIDENT_BYTES,
        leastFreeBytes: LEAST_FREE_BYTES,
        scratchDirectory: this.#scratch.directory,
      };
      const files = {
        traffic: traffic.fd,
        result: result.fd,
        report: report.fd,
        lists: lists.fd,
        comparison: comparison.fd,
        decisions: decisions.fd,
        evidence: evidence.fd,
      } satisfies Record<keyof typeof RUN_FILES, number>;
      const child = runInChild(task, files, (progress) => {
        if (progress.phase !== run.progress.phase) run.phaseSince = this.#deps.now();
        run.progress = progress;
      });
      kept.run = run;
      kept.child = child;
      const tooLong = setTimeout(() => child.cancel(), LONGEST_RUN_MS).unref();
      void child.ended.then(async (end) => {
        clearTimeout(tooLong);
        kept.child = undefined;
        kept.touchedAt = this.#deps.now();
        run.endedAt = this.#deps.now();
        if (end.type === "done") {
          run.summary = end.summary;
          run.state = "done";
          return;
        }
        run.state = end.type === "canceled" ? "canceled" : "failed";
        if (end.type === "refused") run.failure = end.message;
        if (end.type === "died") {
          run.failure =
            "The run ended before its time, probably for want of memory. Bring the file in parts, or use the command line.";
          this.#deps.onFault(new Error(`a backtest died: ${end.words}`));
        }
        if (end.type === "canceled" && run.endedAt - run.startedAt >= LONGEST_RUN_MS) {
          run.state = "failed";
          run.failure = "The run took more than an hour. Bring the file in parts, or use the command line.";
        }
        const outputsBefore = kept.outputs;
        kept.outputs = undefined;
        await closeAll(outputsBefore);
      });
    });
    return viewOf(kept);
  }

  /** Ends the run. One that is over stays as it is. */
  async cancel(account: AccountId, id: string): Promise<Backtest> {
    const kept = this.#find(account, id);
    const { child } = kept;
    child?.cancel();
    await child?.ended;
    return viewOf(kept);
  }

  async delete(account: AccountId, id: string): Promise<void> {
    const kept = this.#find(account, id);
    await this.#drop(kept);
  }

  /** A file that the run has written. Whoever reads it does so by positions. */
  output(account: AccountId, id: string, name: Output): FileHandle {
    const { run, outputs } = this.#find(account, id);
    const isThere =
      run?.summary !== undefined &&
      (name !== "comparison" || run.summary.hasComparison) &&
      (name !== "decisions" || run.summary.hasDecisions);
    const file = outputs?.[name];
    if (!isThere || file === undefined) {
      throw new ServiceError(
        "conflict",
        run?.summary === undefined
          ? "The backtest has found nothing yet: run it to its end first."
          : name === "comparison"
            ? "The backtest was run with one policy only, so there is no comparison."
            : "There are no decisions of a run over some days of the file only.",
      );
    }
    return file;
  }

  /** What is erased must not stand in a file that was brought, either: those of the account go, all of them. */
  hear(record: JournalRecord): void {
    if (record.type !== "number_erased") return;
    for (const kept of this.#kept.values()) {
      if (record.account === undefined || kept.account === record.account) void this.#drop(kept);
    }
  }

  async close(): Promise<void> {
    clearInterval(this.#lookAfter);
    await Promise.all([...this.#kept.values()].map((kept) => this.#drop(kept)));
  }

  #find(account: AccountId, id: string): Kept {
    this.#expire();
    const kept = this.#kept.get(id);
    if (kept === undefined || kept.account !== account)
      throw new ServiceError("not_found", "There is no such backtest.");
    return kept;
  }

  /** One thing at a time. */
  async #alone(kept: Kept, work: () => Promise<void>): Promise<void> {
    if (kept.isBusy || kept.child !== undefined) {
      throw new ServiceError("conflict", "Something else is being done with this backtest; wait for it.");
    }
    kept.isBusy = true;
    try {
      await work();
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "ENOSPC") {
        throw busy("The disk for temporary files is full.");
      }
      throw error;
    } finally {
      kept.isBusy = false;
      kept.isStarting = false;
      kept.touchedAt = this.#deps.now();
      // It was deleted meanwhile.
      if (this.#kept.get(kept.id) !== kept) await this.#drop(kept);
    }
  }

  async #drop(kept: Kept): Promise<void> {
    this.#kept.delete(kept.id);
    const { child, traffic, outputs } = kept;
    kept.traffic = undefined;
    child?.cancel();
    await child?.ended;
    kept.outputs = undefined;
    await traffic?.close().catch((error: unknown) => this.#deps.onFault(error));
    await closeAll(outputs);
  }

  #expire(): void {
    const now = this.#deps.now();
    for (const kept of this.#kept.values()) {
      if (isAtWork(kept)) continue;
      if (now >= expiryOf(kept)) void this.#drop(kept);
      else if (kept.traffic !== undefined && now - kept.touchedAt >= FILE_KEPT_MS) {
        const { traffic } = kept;
        kept.traffic = undefined;
        void traffic.close().catch((error: unknown) => this.#deps.onFault(error));
        // Without it there is nothing to be done.
        if (kept.run?.state !== "done") void this.#drop(kept);
      }
    }
  }
}

function viewOf(kept: Kept): Backtest {
  const { id, account, name, createdAt, bytes, received, traffic, run } = kept;
  const hasFile = traffic !== undefined;
  return { id, account, name, createdAt, bytes, received, hasFile, run, expiresAt: expiryOf(kept) };
}

function expiryOf({ createdAt, run }: Kept): EpochMilliseconds {
  return ((run?.endedAt ?? createdAt) + KEPT_MS) as EpochMilliseconds;
}

function isAtWork({ child, isBusy }: Kept): boolean {
  return child !== undefined || isBusy;
}

function fileOf({ traffic }: Kept): FileHandle {
  if (traffic === undefined) {
    throw new ServiceError("conflict", "The file is not kept any more; bring it again.");
  }
  return traffic;
}

function wholeFileOf(kept: Kept): FileHandle {
  const traffic = fileOf(kept);
  if (kept.received < kept.bytes) {
    throw new ServiceError("conflict", `The file has not come whole: ${kept.received} of ${kept.bytes} bytes.`);
  }
  return traffic;
}

async function closeAll(files: Kept["outputs"]): Promise<void> {
  for (const file of Object.values(files ?? {})) await file.close().catch(() => undefined);
}

function busy(message: string): ServiceError {
  return new ServiceError("rate_limited", message, [], { "retry-after": AGAIN_SECONDS });
}

function megabytesOf(bytes: number): string {
  return Math.ceil(bytes / 1_000_000).toLocaleString("en");
}
