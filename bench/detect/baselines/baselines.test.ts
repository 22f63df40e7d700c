import { parseRecipient } from "@safeguard/core";
import { describe, expect, it } from "vitest";
import type { Attempt } from "../candidate.ts";
import { allowList } from "./allow-list.ts";
import { authgear } from "./authgear.ts";
import { awsSample } from "./aws-sample.ts";
import { countryConversion } from "./country-conversion.ts";
import { type Rule, ruleCandidate } from "./rule.ts";
import { countryBurst, perAddress, perBlock } from "./velocity.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const NOON = Date.UTC(2026, 2, 23, 12);

let made = 0;
function attempt(
  to: string,
  after: number,
  more: { ip?: string; convertedAt?: number; purpose?: "marketing" } = {},
): Attempt {
  const parsed = parseRecipient(to, "csv");
  if (!parsed.ok) throw new Error(`${to}: ${parsed.code}`);
  made += 1;
  return {
    recipient: parsed.recipient,
    row: {
      id: String(made),
      account: "acme",
      time: NOON + after,
      to,
      from: "acme",
      purpose: more.purpose ?? "otp",
      ip: more.ip,
      device: undefined,
      deliveredAt: undefined,
      convertedAt: more.convertedAt,
      attempts: undefined,
      price: 0.1,
      currency: "USD",
    },
  };
}

/** The `index`-th German number: each in a block of 10,000 of its own. */
function german(index: number): string {
  return `+49151${String(2_300 + index).padStart(4, "0")}5678`;
}

/** How many of these in a row pass. */
function passed(rule: Rule, attempts: readonly Attempt[]): number {
  return attempts.filter((each) => rule.decide(each) === "allow").length;
}

describe("per IP 5/h", () => {
  it("lets five pass in an hour, and the sixth once the first is an hour old", () => {
    const rule = perAddress();
    const from = (after: number): Attempt => attempt(german(Math.floor(after / MINUTE)), after, { ip: "1.2.3.4" });
    expect(
      passed(
        rule,
        [0, 1, 2, 3, 4, 5, 6].map((minute) => from(minute * MINUTE)),
      ),
    ).toBe(5);
    expect(rule.decide(from(HOUR))).toBe("allow");
    expect(rule.decide(from(HOUR + 1))).toBe("block");
  });

  it("knows nothing of a message without an address", () => {
    expect(
      passed(
        perAddress(),
        Array.from({ length: 9 }, () => attempt(german(1), 0)),
      ),
    ).toBe(9);
  });
});

describe("prefix 5/h and 20/h", () => {
  it("count a block of 10,000 numbers", () => {
    const block = Array.from({ length: 60 }, (_, index) =>
      attempt(`+491512345${String(6_000 + index)}`, index * 1_000),
    );
    expect(passed(perBlock(5), block)).toBe(5);
    expect(passed(perBlock(20), block)).toBe(20);
    expect(
      passed(
        perBlock(5),
        Array.from({ length: 30 }, (_, index) => attempt(german(index), 0)),
      ),
    ).toBe(30);
  });
});

describe("country burst", () => {
  it("lets 100 pass in ten minutes for each country", () => {
    const rule = countryBurst();
    expect(
      passed(
        rule,
        Array.from({ length: 150 }, (_, index) => attempt(german(index), index * 1_000)),
      ),
    ).toBe(100);
    expect(rule.decide(attempt("+31612345678", 150_000))).toBe("allow");
    expect(rule.decide(attempt(german(1), 10 * MINUTE))).toBe("allow");
  });
});

describe("AWS sample", () => {
  const core = new Set(["DE"]);

  it("scores 2.2 at the eleventh number of a thousand, and that is high", () => {
    const thousand = Array.from({ length: 15 }, (_, index) =>
      attempt(`+4915123456${String(100 + index)}`, index * HOUR),
    );
    expect(passed(awsSample(core), thousand)).toBe(10);
  });

  it("scores 2.4 at the sixth of an address or a number in 24 hours", () => {
    const address = Array.from({ length: 9 }, (_, index) => attempt(german(index), index * HOUR, { ip: "1.2.3.4" }));
    expect(passed(awsSample(core), address)).toBe(5);
    const number = Array.from({ length: 9 }, (_, index) => attempt(german(1), index * HOUR));
    expect(passed(awsSample(core), number)).toBe(5);
  });

  it("does not refuse a country only because it is no core country (1.25)", () => {
    expect(awsSample(core).decide(attempt("+31612345678", 0))).toBe("allow");
  });

  it("counts what it refused as well: who goes on stays blocked", () => {
    const rule = awsSample(core);
    const address = Array.from({ length: 30 }, (_, index) => attempt(german(index), index * HOUR, { ip: "1.2.3.4" }));
    expect(passed(rule, address)).toBe(5);
  });
});

describe("authgear", () => {
  it("lets three unverified codes of a country pass in an hour, and 20 in a day, where nothing was verified", () => {
    const rule = authgear();
    const hour = Array.from({ length: 9 }, (_, index) => attempt(german(index), index * MINUTE));
    expect(passed(rule, hour)).toBe(3);
    const slow = Array.from({ length: 40 }, (_, index) => attempt(german(index), index * 25 * MINUTE));
    expect(passed(authgear(), slow)).toBe(20);
  });

  it("takes what was verified off, and lets 0.2 of it pass in its hour", () => {
    const rule = authgear();
    for (let index = 0; index < 100; index += 1) {
      const code = attempt(german(index), index * 10_000);
      expect(rule.decide(code)).toBe("allow");
      rule.completed?.(code, code.row.time + 5_000);
    }
    const unanswered = Array.from({ length: 60 }, (_, index) =>
      attempt(german(200 + index), 1_000_000 + index * 1_000),
    );
    expect(passed(rule, unanswered)).toBe(20);
  });

  it("lets an address ask for five an hour, and in three countries where it verified nothing", () => {
    const ip = "1.2.3.4";
    // Verified codes of others keep the country's own limits away.
    const rule = authgear();
    for (let index = 0; index < 200; index += 1) {
      const code = attempt(german(index), index * 1_000);
      rule.decide(code);
      rule.completed?.(code, code.row.time + 500);
    }
    const from = Array.from({ length: 9 }, (_, index) => attempt(german(300 + index), 210_000 + index * 1_000, { ip }));
    expect(passed(rule, from)).toBe(5);
    const countries = ["+31612345678", "+32470123456", "+33612345678", "+34612345678", "+447400123456"];
    expect(
      passed(
        authgear(),
        countries.map((to, index) => attempt(to, index * MINUTE, { ip })),
      ),
    ).toBe(3);
  });

  it("remembers the best of the last 14 days", () => {
    const rule = authgear();
    for (let index = 0; index < 300; index += 1) {
      const code = attempt(german(index % 200), index * 10_000);
      rule.decide(code);
      rule.completed?.(code, code.row.time + 500);
    }
    // 300 verified on that day: 0.2 × 300 / 6 = 10 an hour.
    const later = (days: number): number =>
      passed(
        rule,
        Array.from({ length: 40 }, (_, index) => attempt(german(index), days * DAY + index * 1_000)),
      );
    expect(later(10)).toBe(10);
    expect(later(20)).toBe(3);
  });
});

describe("country conversion", () => {
  it("blocks once fewer than 35 % of the latest 50 codes older than three minutes came back, and tries again", () => {
    const rule = countryConversion();
    const codes = Array.from({ length: 50 }, (_, index) => attempt(german(index), index * 1_000));
    for (const [index, code] of codes.entries()) {
      expect(rule.decide(code)).toBe("allow");
      if (index < 17) rule.completed?.(code, code.row.time + 8_000);
    }
    // 17 of 50 is 34 %: but they are too young to be counted.
    expect(rule.decide(attempt(german(60), MINUTE))).toBe("allow");
    expect(rule.decide(attempt(german(61), 5 * MINUTE))).toBe("allow");
    expect(rule.decide(attempt(german(62), 5 * MINUTE + 1))).toBe("block");
    expect(rule.decide(attempt("+31612345678", 5 * MINUTE + 2))).toBe("allow");
    expect(rule.decide(attempt(german(63), 15 * MINUTE))).toBe("allow");
  });

  it("does not block at 36 %", () => {
    const rule = countryConversion();
    for (let index = 0; index < 50; index += 1) {
      const code = attempt(german(index), index * 1_000);
      rule.decide(code);
      if (index < 18) rule.completed?.(code, code.row.time + 8_000);
    }
    const later = Array.from({ length: 20 }, (_, index) => attempt(german(60 + index), 5 * MINUTE + index));
    expect(passed(rule, later)).toBe(20);
  });
});

describe("allow list", () => {
  it("lets only the usual countries pass", () => {
    const rule = allowList(new Set(["DE"]));
    expect([rule.decide(attempt(german(1), 0)), rule.decide(attempt("+31612345678", 0))]).toEqual(["allow", "block"]);
  });
});

describe("a rule as a candidate", () => {
  it("is asked about one-time codes only, by account, and hears completions of what it let pass in the order of time", () => {
    const heard: string[] = [];
    const words: string[] = [];
    const plan = ruleCandidate("odd", "blocks every other", () => {
      let turn = 0;
      return {
        decide: () => (turn++ % 2 === 0 ? "allow" : "block"),
        completed: ({ row }, at) => heard.push(`${row.to} ${at - NOON}`),
      };
    });
    const candidate = plan.begin<Attempt>(({ action }) => words.push(action), { usualDestinations: () => new Set() });
    candidate.add(attempt(german(1), 0, { convertedAt: NOON + 9_000 }));
    candidate.add(attempt(german(2), 1, { convertedAt: NOON + 2_000 }));
    candidate.add(attempt(german(3), 2, { convertedAt: NOON + 5_000 }));
    candidate.add(attempt(german(4), 3, { purpose: "marketing" }));
    expect(words).toEqual(["allow", "block", "allow", "allow"]);
    expect(heard).toEqual([]);
    candidate.add(attempt(german(5), 10_000));
    expect(heard).toEqual([`${german(3)} 5000`, `${german(1)} 9000`]);
    candidate.finish();
  });
});
