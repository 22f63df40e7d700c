import type { AccountId, Channel, E164, EpochMilliseconds } from "@safeguard/core";
import { Fifo } from "../../../fifo.ts";
import type { DeliveryReport } from "../../feedback/delivery-report.ts";
import type { MessageId } from "../../message-id.ts";
import type { Submission, SubmissionOutcome } from "../connector.ts";
import { type SandboxOutcome, sandboxOutcome } from "./sandbox-outcomes.ts";

/** A message as a handset of the sandbox shows it. Kept in memory only, its text too. */
export interface SandboxMessage {
  readonly id: MessageId;
  readonly account: AccountId | undefined;
  readonly provider: string;
  readonly at: EpochMilliseconds;
  readonly to: E164;
  readonly originator: string;
  /** Undefined: a template or media that only its own provider can render. */
  readonly text: string | undefined;
  readonly channels: readonly Channel[];
  /** What the sandbox does with it, in words. */
  readonly outcome: string;
}

/** The last messages that the sandbox took. */
export interface SandboxInbox {
  /** Newest first. With `account`: of that account only. */
  list(filter?: {
    readonly account?: AccountId;
    readonly to?: E164;
    readonly limit?: number;
  }): readonly SandboxMessage[];
  get(id: MessageId): SandboxMessage | undefined;
}

/** A simulated handset network: it takes messages, shows them, reports their delivery, and sends nothing to anyone. */
export interface SandboxNetwork extends SandboxInbox {
  take(provider: string, submission: Submission): SubmissionOutcome;
  /** The number was erased: what was sent to it is shown no more. Absent `account`: by any. */
  forget(to: E164, account: AccountId | undefined): void;
  /** No report is made any more. */
  close(): void;
}

export interface SandboxOptions {
  now(): EpochMilliseconds;
  /** A delivery report, as a provider's would come. A rejection loses the report, as a network can. */
  onReport(report: DeliveryReport): Promise<void>;
  /** Between taking a message and its first report, and from each report to the next. Default 500 ms. */
  readonly reportDelayMs?: number;
  /** Default 500. */
  readonly keep?: number;
}

/** Reports that wait at most; of more the oldest are lost, as a network can. */
const MAX_WAITING = 20_000;
/** Reports that are told at a time. */
const AT_ONCE = 100;

interface WaitingReport {
  readonly due: number;
  readonly id: MessageId;
  readonly outcome: SandboxOutcome;
  readonly step: number;
}

export function createSandboxNetwork(options: SandboxOptions): SandboxNetwork {
  const delay = options.reportDelayMs ?? 500;
  const keep = options.keep ?? 500;
  const inbox = new Map<MessageId, SandboxMessage>();
  /** In the order of `due`, since all wait equally long. */
  const waiting = new Fifo<WaitingReport>();
  let underWay = 0;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  function wait(id: MessageId, outcome: SandboxOutcome, step: number): void {
    if (closed || step >= outcome.reports.length) return;
    waiting.push({ due: options.now() + delay, id, outcome, step });
    if (waiting.length > MAX_WAITING) waiting.shift();
    arm();
  }

  function arm(): void {
    const { first } = waiting;
    if (timer !== undefined || first === undefined || underWay === AT_ONCE) return;
    timer = setTimeout(tellDue, Math.max(0, first.due - options.now()));
    timer.unref();
  }

  function tellDue(): void {
    timer = undefined;
    const now = options.now();
    while (underWay < AT_ONCE && waiting.first !== undefined && waiting.first.due <= now) {
      const report = waiting.shift();
      if (report === undefined) break;
      underWay += 1;
      void tell(report).finally(() => {
        underWay -= 1;
        arm();
      });
    }
    arm();
  }

  async function tell({ id, outcome, step }: WaitingReport): Promise<void> {
    const status = outcome.reports[step];
    if (status === undefined) return;
    const failed = status === "failed" || status === "undelivered";
    const words = failed ? { code: "sandbox", text: `The sandbox reports: ${outcome.title}.` } : NO_ERROR;
    await options.onReport({ message: id, status, occurredAt: options.now(), ...words }).catch(() => undefined);
    wait(id, outcome, step + 1);
  }

  return {
    take(provider, submission) {
      const outcome = sandboxOutcome(submission.to);
      const { id, account, to, originator, text, channels } = submission;
      inbox.set(id, {
        id,
        account,
        provider,
        at: options.now(),
        to,
        originator,
        text,
        channels,
        outcome: outcome.title,
      });
      if (inbox.size > keep)
        for (const oldest of inbox.keys()) {
          inbox.delete(oldest);
          break;
        }
      wait(id, outcome, 0);
      switch (outcome.answer.type) {
        case "accepted":
          return { type: "accepted", providerId: id, answer: undefined };
        case "refused":
          return { ...outcome.answer, answer: undefined };
        case "in_doubt":
          return { type: "in_doubt", cause: "timeout", text: "The sandbox gives no answer for this number." };
      }
    },
    list(filter = {}) {
      const found = [...inbox.values()].reverse();
      return found
        .filter(({ account }) => filter.account === undefined || account === filter.account)
        .filter(({ to }) => filter.to === undefined || to === filter.to)
        .slice(0, filter.limit ?? keep);
    },
    get: (id) => inbox.get(id),
    forget(to, account) {
      for (const [id, message] of inbox) {
        if (message.to === to && (account === undefined || message.account === account)) inbox.delete(id);
      }
    },
    close() {
      closed = true;
      clearTimeout(timer);
      while (waiting.shift() !== undefined);
    },
  };
}

const NO_ERROR = { code: undefined, text: undefined };
