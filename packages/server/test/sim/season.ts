import {
  type AccountId,
  type E164,
  type EpochMilliseconds,
  NUMBERING_TABLE,
  type PolicyDocument,
} from "@safeguard/core";
import type { Account } from "../../src/accounts/account.ts";
import type { ApiKey } from "../../src/accounts/api-key.ts";
import type { DeliveryReport } from "../../src/gateway/feedback/delivery-report.ts";
import type { OutgoingMessage, SendingWish } from "../../src/gateway/outgoing-message.ts";
import { ACCOUNT, AT, KEY } from "../../src/gateway/testing/screening-bench.ts";
import { SimulatedDisk } from "../../src/store/testing/simulated-disk.ts";
import { type Choices, choicesOf } from "./choices.ts";
import { type Coverage, FAULTS, type Fault } from "./coverage.ts";
import { beginLife, type Life } from "./life.ts";
import { MessageTable } from "./message-table.ts";
import { type Line, Network, PROVIDERS, type ProviderId } from "./network.ts";
import { Oracle, Violation } from "./oracle.ts";
import { Schedule } from "./schedule.ts";
import { IDS } from "./simulated-store.ts";

export interface Season {
  /** What was broken; undefined: nothing. */
  readonly violation: string | undefined;
  readonly coverage: Coverage;
  readonly messages: number;
  readonly lives: number;
  readonly steps: number;
}

const PARENT: Account = account("acc_00000000000000000001", undefined);
const CHILD: Account = account("acc_00000000000000000002", PARENT.id);
const KEYS: readonly ApiKey[] = [PARENT, CHILD].map(({ id }, index) => ({ ...KEY, id: `key_${index}`, account: id }));
const COUNTRIES = ["NL", "DE", "GB"] as const;
const NUMBERS: readonly [string, ...string[]] = [
  "+31612345601",
  "+31612345602",
  "+31612345603",
  "+4915112345601",
  "+4915112345602",
  "+447400123456",
];
const OPERATOR = { type: "operator", name: "simulation" } as const;
/** From the last fault on, within which every message must have had its last word. */
const PATIENCE_MS = 45 * 60_000;
const MOST_STEPS = 60_000;

/** One life of the process after the other, with what the seed has happen around them, watched by the oracle. */
export async function liveThrough(seed: number, tell?: (line: string) => void): Promise<Season> {
  const season = new RunningSeason(seed, tell);
  const violation = await season.run();
  const { coverage } = season.oracle;
  return { violation, coverage, messages: season.messages, lives: season.lives, steps: season.steps };
}

/** A life, and what its end takes with it. */
interface Process extends Line {
  life: Life | undefined;
  alive: boolean;
  /** So many steps until it ends in the middle of one. */
  stepsLeft: number;
}

type Route = readonly ProviderId[];

class UnreadableNow extends Error {}

class RunningSeason {
  readonly oracle = new Oracle();
  messages = 0;
  lives = 0;
  steps = 0;
  readonly #choices: Choices;
  readonly #schedule: Schedule;
  readonly #network: Network;
  readonly #faults: ReadonlySet<Fault>;
  /** Until then things go wrong. */
  readonly #until: number;
  #bursts: readonly [number, ...number[]];
  #disk = new SimulatedDisk();
  #snapshot: Buffer | undefined;
  #process: Process | undefined;
  #clockOffset = 0;
  /** A clock that was set back makes everything take so much longer. */
  #clockMoved = 0;
  #routes: Route = ["first", "second"];
  #revision = 0;
  #broken: Violation | undefined;
  readonly #tell: ((line: string) => void) | undefined;
  #document: Readonly<Record<string, PolicyDocument>> = {};

  constructor(seed: number, tell?: (line: string) => void) {
    const choices = choicesOf(seed);
    this.#choices = choices;
    this.#tell = tell && ((line) => tell(`${(this.#schedule.elapsed / 1_000).toFixed(3)} ${line}`));
    this.#schedule = new Schedule(seed);
    const share = choices.one([0.1, 0.3, 0.6, 0.9]);
    this.#faults = new Set(FAULTS.filter(() => choices.chance(share)));
    this.#until = choices.whole(30, 300) * 1_000;
    this.#bursts = [choices.whole(50, this.#until)];
    for (let more = choices.whole(0, 2); more > 0; more--)
      this.#bursts = [...this.#bursts, choices.whole(50, this.#until)];
    this.#network = new Network({
      schedule: this.#schedule,
      choices: choicesOf(seed ^ 0x2545f491),
      mayFail: (fault) => this.#mayFail(fault),
      noteFault: (fault, message) => this.#note(fault, message),
      taken: (by, message) => {
        this.#tell?.(`taken ${message} ${by}`);
        this.#watch(() => this.oracle.taken(message));
      },
      report: (report) => this.#report(report, 5),
      wall: () => this.#wall(),
    });
  }

  async run(): Promise<string | undefined> {
    this.#begin();
    this.#planClients();
    this.#planFaults();
    try {
      for (;;) {
        await turnOver();
        if (this.#broken !== undefined) throw this.#broken;
        const { elapsed } = this.#schedule;
        if (
          elapsed > this.#until + PATIENCE_MS + this.#clockMoved ||
          (elapsed > this.#until + 120_000 && this.#isSettled())
        )
          break;
        if (++this.steps > MOST_STEPS) throw new Violation("it does not come to an end");
        if (!this.#schedule.next()) break;
      }
      if (this.#process?.life === undefined) throw new Violation("it does not start again");
      this.oracle.ends(this.#process.life.store.table);
      return undefined;
    } catch (failure) {
      if (failure instanceof Violation) return failure.message;
      return failure instanceof Error ? (failure.stack ?? failure.message) : String(failure);
    } finally {
      if (this.#process !== undefined) this.#process.alive = false;
    }
  }

  #note(fault: Fault, message?: Parameters<Oracle["noteFault"]>[1]): void {
    this.#tell?.(`fault ${fault} ${message ?? ""}`);
    this.oracle.noteFault(fault, message);
  }

  #isSettled(): boolean {
    const life = this.#process?.life;
    return life !== undefined && this.oracle.isSettled(life.store.table);
  }

  #wall(): number {
    return AT + this.#schedule.elapsed + this.#clockOffset;
  }

  #mayFail(fault: Fault): boolean {
    return this.#schedule.elapsed < this.#until && this.#faults.has(fault);
  }

  /** Once it is broken nothing more is looked at. */
  #watch(look: () => void): void {
    if (this.#broken !== undefined) return;
    try {
      look();
    } catch (failure) {
      this.#broken = failure instanceof Violation ? failure : new Violation(String(failure));
    }
  }

  /** What the process does to the world: each of these may be its last. */
  #step(process: Process): boolean {
    if (!process.alive) return false;
    if (--process.stepsLeft > 0) return true;
    this.#crash("crash_at_step");
    return false;
  }

  #begin(): void {
    const choices = this.#choices;
    const schedule = this.#schedule;
    const disk = this.#disk;
    this.lives++;
    const process: Process = {
      life: undefined,
      alive: true,
      stepsLeft:
        this.#mayFail("crash_at_step") && choices.chance(0.6) ? choices.whole(2, 120) : Number.POSITIVE_INFINITY,
      isAlive: () => process.alive,
      goesOut: (provider, submission) => {
        if (!this.#step(process)) return false;
        this.#tell?.(`goes out ${submission.id} ${provider}`);
        const { life } = process;
        const table = life?.store.table;
        if (table !== undefined) this.#watch(() => this.oracle.goesOut(provider, submission, table));
        return true;
      },
    };
    this.#process = process;
    const connectors = new Map(PROVIDERS.map((id) => [id as string, this.#network.connector(id, process)]));
    const mine = (milliseconds: number, call: () => void): void =>
      schedule.after(milliseconds, () => {
        if (process.alive) call();
      });
    const begun = beginLife({
      disk,
      snapshot: {
        read: async () => this.#snapshot,
        write: (content) =>
          new Promise((done) => {
            if (!this.#step(process)) return;
            mine(choices.whole(1, 50), () => {
              this.#snapshot = Buffer.from(content);
              done();
            });
          }),
      },
      times: {
        commit: (done, broken) => {
          if (!this.#step(process)) return;
          const isSlow = this.#mayFail("disk_slow") && choices.chance(0.1);
          if (isSlow) this.#note("disk_slow");
          const isBroken = this.#mayFail("disk_failed") && choices.chance(0.02);
          mine(isSlow ? choices.whole(100, 8_000) : choices.whole(0, 5), () => {
            if (!isBroken) return done();
            this.#note("disk_failed");
            broken(choices.chance(0.5) ? "kept" : "lost");
            // Whoever looks after it starts it again.
            mine(choices.whole(1, 3_000), () => this.#crash("crash"));
          });
        },
        read: (answer, fail) => {
          if (!this.#step(process)) return;
          if (this.#mayFail("read_failed") && process.life !== undefined && choices.chance(0.05)) {
            this.#note("read_failed");
            mine(choices.whole(0, 20), () => fail(new UnreadableNow("the store cannot be read")));
            return;
          }
          if (choices.chance(0.5)) {
            answer()();
            return;
          }
          mine(choices.whole(0, 10), () => {
            const hand = answer();
            mine(choices.chance(0.2) ? choices.whole(10, 2_000) : choices.whole(0, 10), hand);
          });
        },
        afterTurn: (call) => mine(0, call),
      },
      wall: () => this.#wall(),
      later: (call, milliseconds) => {
        let canceled = false;
        mine(milliseconds, () => {
          if (!canceled) call();
        });
        return () => {
          canceled = true;
        };
      },
      random: choices.fraction,
      connectorsFor: () => this.#routes.flatMap((id) => connectors.get(id) ?? []),
      connector: (id) => connectors.get(id),
      heard: (record) => {
        if (!process.alive) return;
        this.#tell?.(`heard ${JSON.stringify(record)}`);
        this.#watch(() => this.oracle.heard(record));
      },
      applied: (record) => {
        if (process.alive) this.#watch(() => this.oracle.applied(record));
      },
      onFault: (failure) => {
        if (!process.alive || isExpected(failure)) return;
        this.#watch(() => {
          throw new Violation(`a fault in the background: ${wordsOf(failure)}`);
        });
      },
    });
    begun.then(
      (life) => {
        if (!process.alive) return;
        process.life = life;
        this.#watch(() => this.oracle.recovered(life.store.table));
        if (this.#revision === 0) this.#setUp(life);
      },
      (failure: unknown) => {
        if (!process.alive) return;
        if (!isExpected(failure))
          this.#watch(() => {
            throw new Violation(`it cannot start: ${wordsOf(failure)}`);
          });
        this.#crash("crash");
      },
    );
  }

  #crash(how: Fault): void {
    const process = this.#process;
    if (process === undefined || !process.alive) return;
    process.alive = false;
    this.#note(how);
    const choices = this.#choices;
    let fate: "lost" | "torn" | "kept" = how === "stopped" ? "kept" : choices.one(["lost", "torn", "kept"]);
    if (fate === "torn" && !this.#faults.has("torn_write")) fate = "lost";
    if (fate === "kept" && how !== "stopped" && !this.#faults.has("kept_write")) fate = "lost";
    if (fate === "torn") this.#note("torn_write");
    if (fate === "kept" && how !== "stopped") this.#note("kept_write");
    this.#disk = this.#disk.crash(fate, choices.fraction());
    this.#schedule.after(choices.whole(10, 5_000), () => {
      if (this.#mayFail("clock_back") && choices.chance(0.5)) this.#moveClock("clock_back", -1);
      void this.#restart();
    });
  }

  async #restart(): Promise<void> {
    const table = new MessageTable(IDS);
    for (const group of await this.#disk.groupsFrom(1)) table.fold(group);
    this.#watch(() => this.oracle.begins(table));
    this.#begin();
  }

  #setUp(life: Life): void {
    const at = life.now();
    const saying = { at, actor: OPERATOR };
    this.#revision = 1;
    const sends = (base: Account): Account => ({
      ...base,
      ...(this.#choices.chance(0.15) ? { onInDoubt: "resend" as const } : {}),
    });
    void life.changes
      .commit([
        { type: "account_saved", ...saying, account: sends(PARENT) },
        { type: "account_saved", ...saying, account: sends(CHILD) },
        ...KEYS.map((key) => ({ type: "key_saved", ...saying, key }) as const),
        this.#revisionOf(PARENT.id, this.#draw(true), at),
        this.#revisionOf(CHILD.id, this.#draw(false), at),
      ])
      .catch(() => undefined);
  }

  #draw(isParent: boolean): PolicyDocument {
    const choices = this.#choices;
    const blocked = COUNTRIES.filter(() => choices.chance(0.15));
    const barred = NUMBERS.filter(() => choices.chance(0.08));
    return {
      listMode: "block_list",
      destinations: Object.fromEntries(blocked.map((code) => [code, { action: "block" }])),
      exceptions: barred.map((range) => ({ range, kind: "barred" })),
      detection: { mode: "off" },
      limits: {
        ceilings: isParent
          ? [
              { name: "messages", window: "hour", messages: choices.whole(1, 12) },
              { name: "money", window: "5 minutes", money: { amount: choices.whole(1, 12) / 10, currency: "USD" } },
            ]
          : [{ name: "own", window: "5 minutes", messages: choices.whole(1, 8) }],
      },
      ...(isParent && { locked: ["listMode", "destinations", "exceptions"] }),
    };
  }

  #revisionOf(of: AccountId, document: PolicyDocument, at: EpochMilliseconds) {
    this.#document = { ...this.#document, [of]: document };
    const number = this.#revision++;
    const revision = {
      account: of,
      policy: "default",
      number,
      document,
      state: "in_force",
      from: at,
      author: OPERATOR,
      reason: "simulated",
      createdAt: at,
      numberingTable: NUMBERING_TABLE,
    } as const;
    return { type: "revision_saved", at, actor: OPERATOR, revision } as const;
  }

  #planClients(): void {
    const choices = this.#choices;
    for (let index = choices.whole(2, 14); index > 0; index--)
      this.#schedule.after(this.#someTime(500), () => this.#send());
  }

  /** Mostly in one of a few short times in which much happens: only there things get in each other's way. */
  #someTime(within: number): number {
    const choices = this.#choices;
    if (choices.chance(0.3)) return choices.whole(10, this.#until);
    return choices.one(this.#bursts) + choices.whole(0, within);
  }

  #send(): void {
    const process = this.#process;
    const life = process?.life;
    if (process === undefined || life === undefined || !process.alive) return;
    const choices = this.#choices;
    const [key] = choices.chance(0.5) ? KEYS : KEYS.slice(1);
    const principal = key && { account: life.directory.account(key.account), key: life.directory.key(key.id) };
    if (principal?.account === undefined || principal.key === undefined) return;
    // (as at the door)
    if (life.directory.isSuspended(principal.account.id)) return;
    const { account: sender, key: withKey } = principal;
    const at = life.now();
    const messages = Array.from({ length: choices.chance(0.7) ? 1 : choices.whole(2, 3) }, (): OutgoingMessage => {
      const sending = this.#wish(at);
      const isHeld = choices.chance(0.2);
      return {
        principal: { type: "key", account: sender, key: withKey },
        dialect: choices.one(["native", "twilio", "cm"]),
        to: choices.chance(0.03) ? "nothing" : choices.one(NUMBERS),
        originator: isHeld ? `H${choices.whole(1, 30)}` : "Shop",
        text: "Your code is 1",
        channels: ["sms"],
        channelsDeclared: false,
        purpose: "otp",
        policy: undefined,
        riskCheck: "enable",
        reference: undefined,
        callback: undefined,
        endUserAddress: undefined,
        wire: undefined,
        ...(sending !== undefined && { sending }),
        at,
      };
    });
    this.messages += messages.length;
    life.screening.send(messages).then(
      (results) => {
        if (!this.#step(process)) return;
        this.#watch(() => this.oracle.answered(results, life.store.table));
        this.#planCancel(
          results.flatMap((result) => (result.type === "waits" ? [result.id] : [])),
          sender.id,
        );
      },
      (failure: unknown) => {
        if (process.alive && !isExpected(failure))
          this.#watch(() => {
            throw new Violation(`a request failed: ${wordsOf(failure)}`);
          });
      },
    );
  }

  #wish(at: number): SendingWish | undefined {
    const choices = this.#choices;
    const seconds = (first: number, last: number) => choices.whole(first, last) * 1_000;
    switch (choices.whole(0, 5)) {
      case 0:
      case 1:
        return undefined;
      case 2:
        return { validityMs: seconds(3, 120) };
      case 3:
        return { mode: "async" };
      case 4:
        return { mode: "async", validityMs: seconds(5, 600) };
      default:
        return { sendAt: (at + seconds(1, 300)) as EpochMilliseconds, validityMs: seconds(5, 600) };
    }
  }

  #planCancel(ids: readonly Parameters<Life["queue"]["cancel"]>[1][], of: AccountId): void {
    const choices = this.#choices;
    for (const id of ids) {
      if (!this.#mayFail("canceled") || !choices.chance(0.5)) continue;
      this.#schedule.after(choices.whole(0, 30_000), () => {
        const life = this.#life();
        if (life === undefined) return;
        this.#note("canceled", id);
        life.queue.cancel(of, id).catch(() => undefined);
      });
    }
  }

  #planFaults(): void {
    const choices = this.#choices;
    const plan = (fault: Fault, most: number, act: () => void): void => {
      if (!this.#faults.has(fault)) return;
      for (let index = choices.whole(1, most); index > 0; index--) this.#schedule.after(this.#someTime(1_500), act);
    };
    plan("crash", 3, () => this.#crash("crash"));
    plan("stopped", 2, () => void this.#stop());
    plan("clock_forward", 2, () => this.#moveClock("clock_forward", 1));
    plan("clock_back", 1, () => this.#moveClock("clock_back", -1));
    plan("tightened", 3, () => this.#changePolicy("tightened"));
    plan("loosened", 3, () => this.#changePolicy("loosened"));
    plan("suspended", 2, () => this.#suspend());
    plan("resend_switched", 2, () => this.#switchResend());
    plan("rerouted", 2, () => {
      this.#note("rerouted");
      this.#routes = choices.one<Route>([
        ["first", "second"],
        ["second"],
        ["same", "second"],
        ["few", "first"],
        ["same"],
      ]);
    });
    plan("erased", 2, () => {
      const life = this.#life();
      if (life === undefined) return;
      const to = choices.one(NUMBERS) as E164;
      this.#note("erased");
      this.oracle.erasing(to);
      life.erasing
        .erase({ to, account: undefined, at: life.now(), actor: OPERATOR, reason: undefined })
        .catch(() => undefined);
    });
    for (let index = choices.whole(0, 2); index > 0; index--)
      this.#schedule.after(
        choices.whole(10, this.#until),
        () =>
          void this.#life()
            ?.saveSnapshot()
            .catch(() => undefined),
      );
    if (choices.chance(0.5))
      this.#routes = choices.one<Route>([["second"], ["same", "second"], ["few", "first"], ["same"]]);
  }

  #life(): Life | undefined {
    return this.#process?.alive === true ? this.#process.life : undefined;
  }

  async #stop(): Promise<void> {
    const process = this.#process;
    const life = this.#life();
    if (process === undefined || life === undefined) return;
    this.#schedule.after(20_000, () => {
      if (process === this.#process) this.#crash("stopped");
    });
    await life.close().catch(() => undefined);
    if (process === this.#process) this.#crash("stopped");
  }

  #moveClock(fault: Fault, sign: number): void {
    this.#note(fault);
    const by = this.#choices.one([500, 10_000, 200_000, 3_700_000]);
    this.#clockOffset += sign * by;
    this.#clockMoved += by;
  }

  #changePolicy(fault: "tightened" | "loosened"): void {
    const life = this.#life();
    if (life === undefined || this.#revision < 3) return;
    const { id } = this.#choices.chance(0.5) ? PARENT : CHILD;
    const before = this.#document[id] ?? {};
    const country = this.#choices.one(COUNTRIES);
    const fewer = fault === "tightened";
    const { [country]: _, ...others } = before.destinations ?? {};
    const document: PolicyDocument = {
      ...before,
      destinations: fewer ? { ...others, [country]: { action: "block" } } : others,
      exceptions: fewer ? (before.exceptions ?? []) : [],
      limits: {
        ceilings: (before.limits?.ceilings ?? []).map((ceiling) =>
          ceiling.money === undefined
            ? { ...ceiling, messages: Math.max(0, (ceiling.messages ?? 0) + (fewer ? -2 : 3)) }
            : { ...ceiling, money: { ...ceiling.money, amount: ceiling.money.amount * (fewer ? 0.5 : 2) } },
        ),
      },
    };
    this.#note(fault);
    life.changes.commit([this.#revisionOf(id, document, life.now())]).catch(() => undefined);
  }

  #suspend(): void {
    const life = this.#life();
    const { id } = this.#choices.chance(0.3) ? PARENT : CHILD;
    const known = life?.directory.account(id);
    if (life === undefined || known === undefined) return;
    const at = life.now();
    const { suspendedAt, ...active } = known;
    const changed: Account = suspendedAt === undefined ? { ...known, suspendedAt: at } : active;
    this.#note("suspended");
    life.changes.commit([{ type: "account_saved", at, actor: OPERATOR, account: changed }]).catch(() => undefined);
  }

  #switchResend(): void {
    const life = this.#life();
    const { id } = this.#choices.chance(0.5) ? PARENT : CHILD;
    const known = life?.directory.account(id);
    if (life === undefined || known === undefined) return;
    const at = life.now();
    const changed: Account = { ...known, onInDoubt: known.onInDoubt === "resend" ? "keep" : "resend" };
    this.#note("resend_switched");
    life.changes.commit([{ type: "account_saved", at, actor: OPERATOR, account: changed }]).catch(() => undefined);
  }

  /** A delivery report, told until it is taken. */
  #report(report: DeliveryReport, tries: number): void {
    let isTaken = false;
    const again = (): void => {
      if (!isTaken && tries > 1) this.#report(report, tries - 1);
    };
    this.#schedule.after(15_000, again);
    const life = this.#life();
    if (life === undefined) return;
    const tell = async (): Promise<void> => {
      const message = await life.store.messages.findById(report.message);
      if (message !== undefined) await life.feedback.delivered(message, report);
      isTaken = true;
    };
    tell().catch(() => undefined);
  }
}

function account(id: string, parent: AccountId | undefined): Account {
  return {
    ...ACCOUNT,
    id: id as AccountId,
    ...(parent !== undefined && { parent }),
    reports: { webhookUrl: "https://acme.example/hook" },
  };
}

/** The disk or the store failed, as the seed had it. */
function isExpected(failure: unknown): boolean {
  return failure instanceof Error && (failure.name === "JournalUnwritable" || failure instanceof UnreadableNow);
}

function wordsOf(failure: unknown): string {
  return failure instanceof Error ? (failure.stack ?? failure.message) : String(failure);
}

/** Everything that follows from what has happened follows, before anything else happens. */
function turnOver(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
