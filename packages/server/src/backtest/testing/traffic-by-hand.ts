import {
  type AccountId,
  Engine,
  type EpochMilliseconds,
  type Message,
  NUMBERING_TABLE,
  type PolicyDocument,
  type Purpose,
  parseRecipient,
  type Verdict,
} from "@safeguard/core";

/** One line of a traffic file. */
export interface HandRow {
  readonly id: string;
  readonly time: number;
  readonly to: string;
  readonly account: string;
  readonly purpose: Purpose;
  readonly ip: string;
  readonly device: string;
  readonly deliveredAt: number | undefined;
  readonly convertedAt: number | undefined;
  /** Codes entered until one was right. */
  readonly attempts: number | undefined;
  /** Millionths of a dollar. */
  readonly priceMicros: number;
}

export function trafficCsv(rows: readonly HandRow[]): string {
  const iso = (time: number | undefined): string => (time === undefined ? "" : new Date(time).toISOString());
  const lines = rows.map((row) =>
    [
      row.id,
      iso(row.time),
      row.to,
      row.account,
      row.purpose,
      row.ip,
      row.device,
      iso(row.deliveredAt),
      iso(row.convertedAt),
      row.attempts ?? "",
      row.priceMicros / 1e6,
      "USD",
    ].join(","),
  );
  return `id,time,to,account,purpose,ip,device,delivered_at,converted_at,attempts,price,currency\n${lines.join("\n")}\n`;
}

/**
 * The decisions file as the live path comes to it, step by step and without any of the backtest's parts: what is due is
 * looked for in a list, time passes by a timer as in the server, lines are put together as text.
 */
export function decideByHand(rows: readonly HandRow[], document: PolicyDocument): string {
  const engine = new Engine();
  const placed = new Set<string>();
  const lines = new Map<HandRow, string>();
  let agenda: { readonly at: number; readonly run: () => void }[] = [];
  let timer = Number.POSITIVE_INFINITY;

  const letTimePass = (until: number): void => {
    for (;;) {
      const next = agenda.reduce<(typeof agenda)[number] | undefined>(
        (first, one) => (first === undefined || one.at < first.at ? one : first),
        undefined,
      );
      const at = next !== undefined && next.at <= until ? next.at : until;
      for (; timer <= at; timer += TIMER_MS) engine.advance(timer as EpochMilliseconds);
      if (next === undefined || next.at > until) return;
      agenda = agenda.filter((one) => one !== next);
      next.run();
    }
  };

  const ask = (row: HandRow, first: Message, at: number): void => {
    const isAgain = at !== first.at;
    const message = isAgain ? { ...first, at: at as EpochMilliseconds, heldSince: first.at } : first;
    const verdict = engine.decide(message, "default");
    if (verdict.action === "hold") {
      agenda.push({ at: verdict.until, run: () => ask(row, first, verdict.until) });
      return;
    }
    // Nobody waits any more for whom a challenge could be shown.
    const action = isAgain && verdict.action === "challenge" ? "hold" : verdict.action;
    if (action === "allow") {
      const report = (kind: "delivered" | "verified", reported: number | undefined): void => {
        if (reported === undefined) return;
        const when = (reported + at - first.at) as EpochMilliseconds;
        const { account, recipient, at: sentAt } = first;
        const counted = kind === "verified" && row.attempts !== undefined ? { attempts: row.attempts } : {};
        const run = () =>
          engine.apply({ type: "outcome", account, to: recipient.e164, kind, sentAt, at: when, ...counted });
        agenda.push({ at: when, run });
      };
      report("delivered", row.deliveredAt);
      report("verified", row.convertedAt);
    }
    lines.set(row, lineOf(row, action, verdict));
  };

  for (const row of [...rows].sort((a, b) => a.time - b.time)) {
    const read = parseRecipient(row.to, "csv");
    if (!read.ok) {
      lines.set(row, `${start(row)},block,,number_rejected,0,,,${row.priceMicros / 1e6}`);
      continue;
    }
    const account = row.account as AccountId;
    const at = row.time as EpochMilliseconds;
    if (timer === Number.POSITIVE_INFINITY) timer = at;
    letTimePass(at);
    if (!placed.has(account)) {
      placed.add(account);
      const revision = { number: 1, state: "in_force", from: 0 as EpochMilliseconds, until: undefined } as const;
      engine.apply({ type: "account_placed", account, parent: undefined });
      engine.apply({
        ...{ type: "revision_put", account, policy: "default", document, numberingTable: NUMBERING_TABLE },
        ...revision,
      });
    }
    const { purpose, ip, device, priceMicros } = row;
    const about = { ...(ip !== "" && { endUserAddress: ip }), ...(device !== "" && { device }) };
    const price = { micros: priceMicros, currency: "USD" };
    ask(row, { account, recipient: read.recipient, originator: "", channel: "sms", purpose, at, price, ...about }, at);
  }
  while (agenda.length > 0) letTimePass(Math.max(...agenda.map(({ at }) => at)));
  const header = "id,time,to,action,would,reason,score,range,incident,price";
  return `${[header, ...rows.map((row) => lines.get(row))].join("\n")}\n`;
}

/** How often the server lets time pass; it may be anything. */
const TIMER_MS = 20_000;

function lineOf(row: HandRow, action: Verdict["action"], { findings, reason, score, would = action }: Verdict): string {
  const found = findings.find((finding) => finding.type === "detection");
  const opinion = JSON.parse(JSON.stringify(found?.opinion ?? {})) as {
    scope?: { prefix?: string; size: number };
    evidence?: { scope: { prefix?: string; size: number } };
  };
  const { prefix, size } = opinion.scope ?? opinion.evidence?.scope ?? { size: 0 };
  const range = prefix === undefined ? "" : prefix + "x".repeat(Math.log10(size));
  const incident = found?.incident ?? "";
  const said = would === action ? "" : would;
  return `${start(row)},${action},${said},${reason},${score},${range},${incident},${row.priceMicros / 1e6}`;
}

function start({ id, time, to }: HandRow): string {
  return `${id},${new Date(time).toISOString()},${to}`;
}
