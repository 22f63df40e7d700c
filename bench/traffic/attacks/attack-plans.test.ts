import { describe, expect, it } from "vitest";
import { type SimulationOptions, simulate } from "../simulate.ts";
import type { SimulatedRow } from "../traffic-row.ts";
import type { SeenAction } from "./adversary.ts";
import { ATTACK_NAMES, ATTACK_PLANS, type AttackName } from "./attack-plans.ts";

/** Four measured days with hardly anybody else in them. */
const quiet: SimulationOptions = { seed: 8, variant: "calm", days: 4, warmUpDays: 0, sessionsPerDay: 300 };

/** The attack's own rows where the firewall does what `decide` says. */
function decided(name: AttackName, decide: (row: SimulatedRow, index: number) => SeenAction): SimulatedRow[] {
  const simulation = simulate({ ...quiet, attacks: [name] });
  const rows: SimulatedRow[] = [];
  for (const row of simulation) {
    if (row.label.kind === "attack") rows.push(row);
    simulation.saw(row, decide(row, rows.length));
  }
  return rows;
}

/** The attack's own rows where nothing is stopped. */
function attackRows(name: AttackName): readonly SimulatedRow[] {
  const rows = unstopped.get(name) ?? decided(name, () => "allow");
  unstopped.set(name, rows);
  return rows;
}
const unstopped = new Map<AttackName, readonly SimulatedRow[]>();

const numbers = (rows: readonly SimulatedRow[]): number[] => rows.map((row) => Number(row.to));
const distinct = (rows: readonly SimulatedRow[], digits: number): number =>
  new Set(rows.map((row) => row.to.slice(0, row.to.length - digits))).size;
const converted = (rows: readonly SimulatedRow[]): number =>
  rows.filter((row) => row.convertedAt !== undefined).length / rows.length;
const main = (rows: readonly SimulatedRow[]): SimulatedRow[] =>
  rows.filter(({ label }) => label.kind === "attack" && label.phase === "main");
const perSecond = (rows: readonly SimulatedRow[]): number =>
  (1_000 * (rows.length - 1)) / ((rows.at(-1)?.time ?? 0) - (rows[0]?.time ?? 0));
const consecutive = (rows: readonly SimulatedRow[]): boolean =>
  numbers(rows).every((number, index, all) => index === 0 || number === (all[index - 1] ?? 0) + 1);

describe("every attack", () => {
  it.each(ATTACK_NAMES)(
    "is there with its size, its preparation first, and starts in what is measured (%s)",
    (name) => {
      const plan = ATTACK_PLANS[name];
      const { measuredFrom } = simulate({ ...quiet, attacks: [name] });
      const rows = attackRows(name);
      expect(rows).toHaveLength(plan.size);
      for (const { label } of rows) expect(label).toMatchObject({ kind: "attack", attack: name });
      const first = main(rows)[0]?.time ?? 0;
      expect(first).toBeGreaterThanOrEqual(measuredFrom);
      expect(rows.length - main(rows).length).toBe("preparation" in plan ? plan.preparation : 0);
      expect(rows.slice(0, rows.length - main(rows).length).every((row) => row.time < first)).toBe(true);
    },
  );
});

describe("concentrated attacks", () => {
  it.each([
    ["sequential_400", 0.25],
    ["sequential_1s", 1],
    ["sequential_20s", 20],
    ["sequential_1000s", 1_000],
  ] as const)("go through consecutive numbers at their pace (%s)", (name, pace) => {
    const rows = attackRows(name);
    expect(consecutive(rows)).toBe(true);
    expect(perSecond(rows) / pace).toBeCloseTo(1, 1);
    expect(converted(rows)).toBe(0);
  });

  it("keep to one range of 100,000, or to one block", () => {
    expect(distinct(attackRows("random_in_100k"), 5)).toBe(1);
    expect(distinct(attackRows("random_in_100k"), 4)).toBe(10);
    for (const name of ["one_block_at_home", "popular_block", "in_flash_crowd", "faked_72"] as const) {
      expect(distinct(attackRows(name), 4)).toBe(1);
    }
  });

  it("hide in a block where real people live", () => {
    const rows = [...simulate({ ...quiet, days: 1, sessionsPerDay: 20_000, attacks: ["popular_block"] })];
    const block = rows.find(({ label }) => label.kind === "attack")?.to.slice(0, -4) ?? "";
    expect(rows.filter(({ to, label }) => label.kind !== "attack" && to.startsWith(block)).length).toBeGreaterThan(5);
  });

  it("hide in a flash crowd of the same country", () => {
    const rows = [...simulate({ ...quiet, days: 1, sessionsPerDay: 9_000, attacks: ["in_flash_crowd"] })];
    const crowd = rows.filter(({ label }) => label.kind === "legitimate" && label.event === "flash_crowd");
    const attack = rows.filter(({ label }) => label.kind === "attack");
    expect(crowd.length).toBeGreaterThan(100);
    expect(crowd[0]?.time).toBeLessThan(attack[0]?.time ?? 0);
    expect(crowd[0]?.to.slice(0, 3)).toBe(attack[0]?.to.slice(0, 3));
  });
});

describe("spread attacks", () => {
  it("go low and slow through many ranges for two days", () => {
    const one = attackRows("slow_40_ranges");
    expect(distinct(one, 4)).toBe(40);
    expect(perSecond(one) * 3_600).toBeCloseTo(80, 0);
    const many = attackRows("slow_120_ranges");
    expect(distinct(many, 4)).toBe(120);
    expect(perSecond(many) * 3_600).toBeCloseTo(120, 0);
  });

  it("take a dozen countries at once, or one operator as a whole", () => {
    const rows = attackRows("twelve_countries");
    expect(distinct(rows, 4)).toBe(12);
    expect(perSecond(rows) * 3_600).toBeCloseTo(6_000, -2);
    const operator = attackRows("whole_operator");
    expect(distinct(operator, 4)).toBeGreaterThan(300);
    expect(perSecond(operator) * 3_600).toBeCloseTo(60, 0);
  });

  it("rise slowly", () => {
    const rows = attackRows("slow_ramp");
    const gap = (index: number): number => (rows[index]?.time ?? 0) - (rows[index - 1]?.time ?? 0);
    expect(gap(1)).toBeGreaterThan(600_000);
    expect(gap(rows.length - 1)).toBeLessThan(12_000);
  });

  it("come through several accounts in turn", () => {
    const rows = attackRows("several_accounts");
    expect(new Set(rows.map((row) => row.account)).size).toBe(3);
    expect(consecutive(rows)).toBe(true);
  });
});

describe("attacks that fake completions", () => {
  it.each([
    ["faked_regular", 1],
    ["faked_40", 0.4],
    ["faked_72", 0.72],
    ["faked_delivered", 0.72],
    ["converted_before_delivery", 1],
  ] as const)("complete their part (%s)", (name, part) => {
    expect(Math.abs(converted(attackRows(name)) - part)).toBeLessThan(0.03);
  });

  it("enter no wrong code, have all reported delivered where their operator helps, and come from where they can pay for", () => {
    for (const name of ["faked_40", "faked_delivered"] as const) {
      for (const { attempts } of attackRows(name)) expect(attempts ?? 1).toBe(1);
    }
    const addresses = (name: AttackName) => new Set(attackRows(name).map(({ ip }) => ip)).size;
    expect([addresses("faked_one_address"), addresses("faked_200_addresses")]).toEqual([1, 200]);
    expect(addresses("faked_delivered")).toBeGreaterThan(2_900);
    for (const { deliveredAt } of attackRows("faked_delivered")) expect(deliveredAt).toBeDefined();
    expect(attackRows("faked_72").filter(({ deliveredAt }) => deliveredAt === undefined).length).toBeGreaterThan(100);
  });

  it("are too regular, or like people, or faster than the delivery", () => {
    const latencies = (name: AttackName): number[] =>
      attackRows(name).flatMap(({ time, convertedAt }) => (convertedAt === undefined ? [] : [convertedAt - time]));
    const regular = latencies("faked_regular");
    expect(Math.max(...regular) - Math.min(...regular)).toBeLessThanOrEqual(400);
    const human = latencies("faked_72").sort((a, b) => a - b);
    expect(human[human.length >> 1]).toBeGreaterThan(11_000);
    expect(human[human.length >> 1]).toBeLessThan(16_000);
    expect(human.at(-1)).toBeGreaterThan(60_000);
    for (const { deliveredAt, convertedAt } of attackRows("converted_before_delivery")) {
      expect(convertedAt).toBeLessThan(deliveredAt ?? 0);
    }
  });
});

describe("patient attacks", () => {
  it("use thirty numbers sixty times each", () => {
    const rows = attackRows("resend_abuse");
    const times = [...Map.groupBy(rows, (row) => row.to).values()].map((codes) => codes.length);
    expect(times).toEqual(new Array(30).fill(60));
  });

  it("probe first and complete the probes", () => {
    const rows = attackRows("probe_then_burst");
    expect(converted(rows.slice(0, 15))).toBeGreaterThan(0.4);
    expect(converted(rows.slice(15))).toBe(0);
    expect(perSecond(rows.slice(15))).toBeCloseTo(5, 0);
  });

  it("poison for two weeks the blocks that then pay", () => {
    const rows = attackRows("trust_poisoning");
    const poison = rows.filter((row) => !main(rows).includes(row));
    expect(distinct(poison, 4)).toBe(10);
    expect(distinct(rows, 4)).toBe(10);
    expect(converted(poison)).toBeGreaterThan(0.8);
    expect((poison.at(-1)?.time ?? 0) - (poison[0]?.time ?? 0)).toBeGreaterThan(13 * 86_400_000);
    expect(converted(main(rows))).toBe(0);
  });

  it("verify numbers days before they abuse them", () => {
    const rows = attackRows("verified_farm");
    expect(new Set(numbers(rows)).size).toBe(60);
    expect(converted(rows.slice(0, 60))).toBeGreaterThan(0.7);
    expect((rows[60]?.time ?? 0) - (rows[59]?.time ?? 0)).toBeGreaterThan(86_400_000);
  });
});

describe("attackers that see verdicts", () => {
  it("hop to a new block after three refusals, and stay where nothing is refused", () => {
    const refused = decided("hop_after_blocks", () => "block");
    expect(distinct(refused, 4)).toBeGreaterThan(1_000);
    expect(distinct(attackRows("hop_after_blocks"), 4)).toBe(1);
  });

  it("learn what gets through", () => {
    // A firewall that stops whatever is not completed within the file: only faked completions pay.
    const decide = (row: SimulatedRow): SeenAction => (row.convertedAt === undefined ? "block" : "allow");
    const rows = decided("adaptive", decide);
    const late = rows.slice(-1_000);
    expect(converted(late)).toBeGreaterThan(converted(rows.slice(0, 200)));
    expect(converted(late)).toBeGreaterThan(0.5);
    expect(distinct(rows, 4)).toBeGreaterThan(20);
  });

  it("act on a verdict before their next attempt", () => {
    const allowed = decided("hop_after_blocks", (_, index) => (index <= 100 ? "allow" : "block"));
    expect(distinct(allowed.slice(0, 103), 4)).toBe(1);
    expect(distinct(allowed.slice(100, 109), 4)).toBe(3);
  });
});
