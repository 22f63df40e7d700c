import type { EpochMilliseconds } from "@safeguard/core";
import type { DeliveryReport, DeliveryStatus } from "../../src/gateway/feedback/delivery-report.ts";
import type { MessageId } from "../../src/gateway/message-id.ts";
import type { Connector, Submission, SubmissionOutcome } from "../../src/gateway/outbound/connector.ts";
import type { Choices } from "./choices.ts";
import type { Fault } from "./coverage.ts";
import type { Schedule } from "./schedule.ts";

/** What the network has of one life: gone with it. */
export interface Line {
  isAlive(): boolean;
  /** A request goes out; false: the process ended before its first byte. */
  goesOut(provider: string, submission: Submission): boolean;
}

export interface NetworkParts {
  readonly schedule: Schedule;
  readonly choices: Choices;
  /** Is this kind of fault among those of this seed, and still going on? */
  mayFail(fault: Fault): boolean;
  noteFault(fault: Fault, message: MessageId): void;
  /** A person has the message, or is about to. */
  taken(provider: string, message: MessageId): void;
  report(report: DeliveryReport): void;
  wall(): number;
}

/** `first` and `second` of a route; `same` takes a second submission with one id for the first; `few` is throttled. */
export const PROVIDERS = ["first", "second", "same", "few"] as const;
export type ProviderId = (typeof PROVIDERS)[number];

const TIMEOUT_MS = 10_000;
const IN_DOUBT = { type: "in_doubt", cause: "timeout", text: "no answer in time" } as const;
const CUT = { type: "in_doubt", cause: "connection_lost", text: "the connection broke" } as const;
const ACCEPTED = { type: "accepted", providerId: "P", answer: undefined } as const;

/** The providers, and the way to them. Each loses, doubles, delays and lies as the seed has it. */
export class Network {
  readonly #parts: NetworkParts;
  /** Of submissions that each kind of fault befalls. */
  readonly #share: number;
  readonly #knownToSame = new Set<MessageId>();

  constructor(parts: NetworkParts) {
    this.#parts = parts;
    this.#share = parts.choices.one([0.08, 0.2, 0.4]);
  }

  connector(id: ProviderId, line: Line): Connector {
    return {
      id,
      kind: "http",
      maxBatch: id === "few" ? 3 : 1,
      ...(id === "same" ? { isIdempotent: true as const } : {}),
      ...(id === "few" ? { messagesPerSecond: 1 } : {}),
      submit: (batch) => Promise.all(batch.map((submission) => this.#submit(id, submission, line))),
      close: () => Promise.resolve(),
    };
  }

  #submit(provider: ProviderId, submission: Submission, line: Line): Promise<SubmissionOutcome> {
    const { schedule, choices } = this.#parts;
    const { id } = submission;
    return new Promise((resolve) => {
      if (!line.goesOut(provider, submission)) return;
      // What is on the wire arrives, or not, when the process ends meanwhile.
      const arrivesAnyway = choices.chance(0.7);
      const take = (after: number): void =>
        schedule.after(after, () => {
          if (line.isAlive() || arrivesAnyway) this.#take(provider, id);
        });
      const answer = (outcome: SubmissionOutcome, after: number): void =>
        schedule.after(after, () => {
          if (line.isAlive()) resolve(outcome);
        });
      const way = choices.whole(1, 300);
      const back = way + choices.whole(1, 300);
      switch (this.#fault(id)) {
        case "refused_for_now":
          answer(refused("throttled", choices.chance(0.3) ? choices.whole(1, 40) : undefined), back);
          return;
        case "refused":
          answer(refused("content", undefined), back);
          return;
        case "lost_before":
          answer(choices.chance(0.5) ? IN_DOUBT : CUT, TIMEOUT_MS);
          return;
        case "lost_after":
          take(way);
          answer(choices.chance(0.5) ? IN_DOUBT : CUT, choices.chance(0.5) ? back : TIMEOUT_MS);
          return;
        case "late":
          take(TIMEOUT_MS + choices.whole(0, 60_000));
          answer(IN_DOUBT, TIMEOUT_MS);
          return;
        case "lied":
          // It says no, and sends.
          take(way);
          answer(refused(choices.chance(0.5) ? "unavailable" : "other", undefined), back);
          return;
        case "slow":
          take(way);
          answer(ACCEPTED, choices.whole(5_000, 60_000));
          return;
        default:
          take(way);
          answer(ACCEPTED, back);
      }
    });
  }

  #fault(message: MessageId): Fault | undefined {
    const { choices, mayFail, noteFault } = this.#parts;
    for (const fault of ["refused_for_now", "refused", "lost_before", "lost_after", "late", "lied", "slow"] as const) {
      if (!mayFail(fault) || !choices.chance(this.#share)) continue;
      noteFault(fault, message);
      return fault;
    }
    return undefined;
  }

  #take(provider: ProviderId, message: MessageId): void {
    if (provider === "same" && this.#knownToSame.has(message)) return;
    if (provider === "same") this.#knownToSame.add(message);
    const { choices, schedule, mayFail, noteFault, taken } = this.#parts;
    taken(provider, message);
    if (choices.chance(0.4)) return;
    const sure = mayFail("reports_disordered");
    const say = (status: DeliveryStatus, after: number): void => {
      schedule.after(after, () => this.#say(message, status));
      if (!sure || !choices.chance(0.5)) return;
      noteFault("reports_disordered", message);
      schedule.after(choices.whole(0, 60_000), () => this.#say(message, status));
    };
    say("sent", choices.whole(0, 5_000));
    const final = choices.one<DeliveryStatus>(["delivered", "delivered", "failed", "undelivered"]);
    say(final, sure ? choices.whole(0, 20_000) : choices.whole(5_000, 20_000));
  }

  #say(message: MessageId, status: DeliveryStatus): void {
    const occurredAt = this.#parts.wall() as EpochMilliseconds;
    this.#parts.report({ message, status, occurredAt, code: undefined, text: undefined });
  }
}

function refused(
  kind: "throttled" | "unavailable" | "content" | "other",
  seconds: number | undefined,
): SubmissionOutcome {
  const answer = seconds === undefined ? undefined : { status: 429, body: "", retryAfterSeconds: seconds };
  return { type: "refused", kind, code: kind, text: kind, answer };
}
