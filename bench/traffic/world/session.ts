import type { NumberValue } from "../numbers/number-plan.ts";
import type { Population } from "../numbers/population.ts";
import { humanLatency, linkLatency, reportLag, transit } from "../people/latency.ts";
import { addressOf, attemptsOf, deviceOf, habitsOf, servingOperator } from "../people/person.ts";
import { opaqueId } from "../random/opaque-text.ts";
import { Random } from "../random/random.ts";
import type { LegitimateLabel, TrafficRow } from "../traffic-row.ts";
import { type Conditions, type Effect, USUAL } from "./conditions.ts";
import type { RowMaker } from "./row-maker.ts";
import type { RowSink } from "./traffic-source.ts";

/** One person's attempt: what is settled before it begins. */
export interface Session {
  readonly time: number;
  /** Day of the world, from 0. */
  readonly day: number;
  readonly account: string;
  readonly from: string;
  readonly number: NumberValue;
  readonly destination: string;
  readonly returning: boolean;
  /** The hard event that it belongs to, if any. */
  readonly event: string | undefined;
  readonly purpose: TrafficRow["purpose"];
  /** Probability that the person completes, in usual conditions. 0: there is nothing to complete. */
  readonly conversion: number;
  /** Where the person is no ordinary one (a tester at a desk): their address and device. */
  readonly endUser?: { readonly ip: string; readonly device: string };
  /** Where not as usual in the country: the chance of a mistyped code, and of a message that reaches nobody. */
  readonly mistyped?: number;
  readonly undelivered?: number;
}

/** Part of those who do not complete, and of those who do but wait long, that ask for another code. */
const GIVE_UP_RESEND = 0.35;
const GIVE_UP_RESEND_AGAIN = 0.4;
const IMPATIENT = 0.3;
const PATIENCE = 18_000;
/** Part of the delivery reports that get lost on the way. */
const LOST_REPORT = 0.015;
const FAILING_REPORT = 0.75;
const TYPING = 0x3c6ef372;

/**
 * Turns sessions into messages with outcomes. Every session has random numbers of its own, so that a condition changes
 * what happens in a session and nothing else in the world.
 */
export class SessionWriter {
  readonly #population: Population;
  readonly #conditions: Conditions;
  readonly #maker: RowMaker;
  readonly #conversion: number;
  readonly #slow: boolean;
  readonly #random = new Random(0, 0);
  /** Apart, so that how people type changes nothing else. */
  readonly #typing = new Random(0, 0);

  /** `conversion` multiplies everybody's; `slow`: everybody completes by a link. */
  constructor(population: Population, conditions: Conditions, maker: RowMaker, conversion: number, slow: boolean) {
    this.#population = population;
    this.#conditions = conditions;
    this.#maker = maker;
    this.#conversion = conversion;
    this.#slow = slow;
  }

  /** Writes the session's messages. True: in usual conditions the person would complete. */
  write(session: Session, stream: number, turn: number, out: RowSink): boolean {
    const random = this.#random;
    random.restart(stream, turn);
    const { time, number, destination } = session;
    const blocks = this.#population.blocksOf(destination);
    const habits = habitsOf(destination);
    const operator = servingOperator(number, blocks.operatorOf(number), blocks.plan.operators.length, habits);
    const condition = this.#conditions.at(time, destination, operator);
    const effect = condition ?? USUAL;

    // Whether the person completes is drawn first, so that it is the same person whatever the conditions.
    const undelivered = session.undelivered ?? habits.undelivered;
    const reached = !random.chance(undelivered);
    // Below 1 the person would complete: the account's rate counts messages that reach nobody, too.
    const willing = (random.uniform() * (1 - undelivered)) / (session.conversion * this.#conversion);
    const delay = effect.delay[0] + (effect.delay[1] - effect.delay[0]) * random.uniform();
    const arrival = transit(random) + delay;
    const latency = this.#slow || effect.slow ? linkLatency(random) : humanLatency(random);
    const impatience = session.conversion === 0 ? 1 : random.uniform();

    const completes = reached && willing < effect.conversion;
    const completedAt = time + Math.max(latency + delay, arrival + 1_500);
    const resends = resendsAfter(completes, completedAt - time, impatience, random);
    // The code of the last message before completion is the one that counts.
    let counting = 0;
    resends.forEach((after, index) => {
      if (time + after + 2_500 < completedAt) counting = index + 1;
    });
    const label = labelOf(
      condition === undefined || session.event !== undefined ? session.event : condition.event,
      session.returning,
    );
    const ip = session.endUser?.ip ?? addressOf(number, destination, operator, session.day, habits);
    const device = session.endUser?.device ?? deviceOf(number);
    this.#typing.restart(stream ^ TYPING, turn);
    const attempts = attemptsOf(session.mistyped ?? habits.mistyped, counting > 0, this.#typing);
    // Who fakes reports needs no operator to send any.
    const silent = ((habits.silentOperators >> operator) & 1) === 1 && effect.reports !== "faked";
    const reports = silent ? "none" : effect.reports;
    for (let message = 0; message <= resends.length; message += 1) {
      const sentAt = message === 0 ? time : time + (resends[message - 1] ?? 0);
      const handsetAt = sentAt + (message === 0 ? arrival : transit(random) + delay);
      const reportAt = reportedAt(reports, reached, sentAt, handsetAt, random);
      out.push(
        this.#maker.row({
          id: opaqueId(random),
          account: session.account,
          time: sentAt,
          number,
          destination,
          from: session.from,
          purpose: session.purpose,
          ip,
          device,
          deliveredAt: reportAt,
          convertedAt:
            completes && message === counting
              ? Math.max(completedAt, message === 0 ? 0 : handsetAt + 1_000)
              : undefined,
          attempts,
          label,
        }),
      );
    }
    return reached && willing < 1;
  }
}

/** After how many milliseconds the person asks again. */
function resendsAfter(completes: boolean, latency: number, impatience: number, random: Random): readonly number[] {
  if (completes) {
    if (latency <= PATIENCE || impatience >= IMPATIENT) return NO_RESENDS;
    const after = PATIENCE + random.exponential(14_000);
    return after < latency ? [after] : NO_RESENDS;
  }
  if (impatience >= GIVE_UP_RESEND) return NO_RESENDS;
  const first = 25_000 + random.exponential(35_000);
  const again = impatience < GIVE_UP_RESEND * GIVE_UP_RESEND_AGAIN;
  return again ? [first, first + 30_000 + random.exponential(60_000)] : [first];
}

const NO_RESENDS: readonly number[] = [];

function reportedAt(
  reports: Effect["reports"],
  reached: boolean,
  sentAt: number,
  handsetAt: number,
  random: Random,
): number | undefined {
  const luck = random.uniform();
  const lag = reportLag(random);
  if (reports === "faked") return sentAt + 1_000 + luck * 200;
  if (reports === "none" || !reached || luck < LOST_REPORT) return undefined;
  return reports === "failing" && luck < FAILING_REPORT ? undefined : handsetAt + lag;
}

const LABELS: readonly Map<string | undefined, LegitimateLabel>[] = [new Map(), new Map()];

/** One object for each label: a world has millions of rows and a dozen labels. */
function labelOf(event: string | undefined, returning: boolean): LegitimateLabel {
  const labels = LABELS[returning ? 1 : 0];
  let label = labels?.get(event);
  if (label === undefined) {
    label = { kind: "legitimate", event, returning };
    labels?.set(event, label);
  }
  return label;
}
