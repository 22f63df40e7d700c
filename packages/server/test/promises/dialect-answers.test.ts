import { readFileSync } from "node:fs";
import {
  type EpochMilliseconds,
  type LimitFinding,
  parseRecipient,
  type RejectedRecipient,
  type Verdict,
} from "@safeguard/core";
import { describe, expect, it } from "vitest";
import { type AnswerSettings, DEFAULT_ANSWERS } from "../../src/accounts/account.ts";
import { createAuthenticator } from "../../src/accounts/create-authenticator.ts";
import { createDirectory } from "../../src/accounts/create-directory.ts";
import { hashCredential } from "../../src/accounts/mint-key.ts";
import { explainInEnglish } from "../../src/decisions/explain-in-english.ts";
import { blockAnswer } from "../../src/gateway/block-answer.ts";
import { blockReport } from "../../src/gateway/block-report.ts";
import { createCmDialect } from "../../src/gateway/inbound/cm/cm-dialect.ts";
import type { InboundDialect, InboundReply } from "../../src/gateway/inbound/exchange.ts";
import { postMessages } from "../../src/gateway/inbound/native/post-messages.ts";
import { failureCode } from "../../src/gateway/inbound/twilio/twilio-answers.ts";
import { createTwilioDialect } from "../../src/gateway/inbound/twilio/twilio-dialect.ts";
import type { MessageId } from "../../src/gateway/message-id.ts";
import type { SubmissionOutcome } from "../../src/gateway/outbound/connector.ts";
import type { Screening, ScreeningResult, StoppingVerdict } from "../../src/gateway/screening-port.ts";
import { ACCOUNT, AT, IN_DOUBT, KEY } from "../../src/gateway/testing/screening-bench.ts";
import {
  ALLOW,
  BLOCK,
  CHALLENGE,
  HOLD,
  knowTestReasons,
  REASON_OF_FAMILY,
} from "../../src/gateway/testing/verdicts.ts";
import { JournalUnwritable } from "../../src/store/journal.ts";

knowTestReasons();

const PAGE = new URL("../../../../docs/reference/dialect-answers.md", import.meta.url);
const DIALECTS = ["native", "Twilio", "CM.com JSON", "CM.com XML"] as const;
type Dialect = (typeof DIALECTS)[number];

/** What screening comes to, or what goes wrong before or in it. */
type Case =
  | { readonly type: "stopped"; readonly verdict: StoppingVerdict; readonly answers: AnswerSettings }
  | { readonly type: "submitted"; readonly outcome: SubmissionOutcome }
  | { readonly type: "no_number" | "fault" | "bad_credentials" | "suspended" | "network_not_allowed" };

const all = (answer: "reject" | "report"): AnswerSettings => ({
  cm: { ...DEFAULT_ANSWERS.cm, destination: answer, limit: answer, detection: answer },
  twilio: { destination: answer, detection: answer },
});
const AT_ONCE = all("reject");
const REPORTED = all("report");
const blocked = (family: "destination" | "limit" | "detection", answers: AnswerSettings): Case => ({
  type: "stopped",
  verdict: { ...BLOCK, reason: REASON_OF_FAMILY[family], findings: family === "limit" ? [REACHED] : [] },
  answers,
});
/** A ceiling that has room again in an hour. */
const REACHED: LimitFinding = {
  type: "limit",
  reason: "ceiling_messages",
  name: "daily",
  per: "account",
  window: "day",
  count: 10,
  amount: 1,
  most: 10,
  retryAt: (AT + 3_600_000) as EpochMilliseconds,
  level: 0,
};
const stopped = (verdict: StoppingVerdict, answers: AnswerSettings): Case => ({
  type: "stopped",
  verdict: { ...verdict, reason: REASON_OF_FAMILY.detection },
  answers,
});
/** A refusal by a provider that speaks none of the clients' dialects: what it says is put into theirs. */
const refused = (kind: "throttled" | "blocked" | "unavailable", code: string): Case => ({
  type: "submitted",
  outcome: { type: "refused", kind, code, text: "The provider's words", answer: undefined },
});

/** The page's rows: the first cell, and what it speaks of. */
const CASES: readonly (readonly [name: string, one: Case])[] = [
  [
    "allowed, and taken by the provider",
    { type: "submitted", outcome: { type: "accepted", providerId: "P1", answer: undefined } },
  ],
  ["blocked by destination management, told at once", blocked("destination", AT_ONCE)],
  ["… reported", blocked("destination", REPORTED)],
  ["stopped by detection, told at once", blocked("detection", AT_ONCE)],
  ["… reported", blocked("detection", REPORTED)],
  ["stopped by a limit, told at once", blocked("limit", AT_ONCE)],
  ["… reported", blocked("limit", REPORTED)],
  ["held", stopped(HOLD, REPORTED)],
  ["to be challenged, told at once", stopped(CHALLENGE, AT_ONCE)],
  ["… reported", stopped(CHALLENGE, REPORTED)],
  ["the recipient is no number", { type: "no_number" }],
  ["no route", refused("unavailable", "no_route")],
  ["refused by the provider", refused("blocked", "30007")],
  ["throttled by the provider", refused("throttled", "429")],
  ["in doubt", { type: "submitted", outcome: IN_DOUBT }],
  ["a fault of ours", { type: "fault" }],
  ["bad credentials", { type: "bad_credentials" }],
  ["right credentials, suspended", { type: "suspended" }],
  ["network not allowed", { type: "network_not_allowed" }],
];

const SECRET = "sg_live_secret";
const TOKEN = "0c1a2b3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d";
const AUTH_TOKEN = "a".repeat(32);

/** The dialects over a screening that comes to what the case says. */
function dialectsFor(one: Case): {
  readonly native: InboundDialect;
  readonly twilio: InboundDialect;
  readonly cm: InboundDialect;
} {
  const answers = one.type === "stopped" ? one.answers : DEFAULT_ANSWERS;
  const networks = one.type === "network_not_allowed" ? ["198.51.100.0/24"] : [];
  const account = { ...ACCOUNT, answers, networks, ...(one.type === "suspended" && { suspendedAt: AT }) };
  const directory = createDirectory();
  const actor = { type: "operator", name: "test" } as const;
  directory.apply({ type: "account_saved", at: AT, actor, account });
  const key = {
    ...KEY,
    secretHash: hashCredential(SECRET),
    productTokenHash: hashCredential(TOKEN),
    authTokenHash: hashCredential(AUTH_TOKEN),
  };
  directory.apply({ type: "key_saved", at: AT, actor, key });
  const authenticator = createAuthenticator(directory);

  const screening: Screening = {
    async send(messages) {
      if (one.type === "fault") throw new JournalUnwritable("disk full");
      return messages.map((message): ScreeningResult => {
        const id = "1".repeat(32) as MessageId;
        const parsed = parseRecipient(message.to, message.dialect);
        if (!parsed.ok) return { type: "rejected", id, rejection: parsed };
        const common = { id, recipient: parsed.recipient, segments: 1 };
        if (one.type === "stopped") {
          const { verdict } = one;
          return { type: "stopped", ...common, verdict, answer: blockAnswer(message.dialect, verdict, answers) };
        }
        if (one.type !== "submitted") throw new Error("the request should not have come so far");
        return { type: "submitted", ...common, verdict: ALLOW, removedChannels: [], outcome: one.outcome };
      });
    },
    preview: (messages) =>
      messages.map((message): Verdict | RejectedRecipient => {
        const parsed = parseRecipient(message.to, message.dialect);
        if (!parsed.ok) return parsed;
        return one.type === "stopped" ? one.verdict : ALLOW;
      }),
  };
  const messages = { find: async () => undefined, list: async () => ({ items: [], next: undefined }) };
  const feedback = { delivered: async () => undefined, verified: async () => undefined };
  const native = postMessages({
    authenticator,
    directory,
    idempotentRequests: { answer: () => Promise.reject(new Error("no request has an idempotency key")) },
    screening,
    explain: explainInEnglish,
  });
  return {
    native: { name: "native", routes: [native] },
    twilio: createTwilioDialect({
      authenticator,
      screening,
      messages,
      feedback,
      submissions: { cancel: async () => false },
    }),
    cm: createCmDialect({
      authenticator,
      screening,
      explain: explainInEnglish,
      feedback,
      messages: { ...messages, findByReference: async () => undefined },
    }),
  };
}

async function answerOf(dialect: Dialect, one: Case): Promise<InboundReply> {
  const dialects = dialectsFor(one);
  const to = one.type === "no_number" ? "nobody" : "+31612345678";
  const wrong = one.type === "bad_credentials" ? "f" : "";
  const token = wrong + TOKEN.slice(wrong.length);
  const ask = async (
    routes: InboundDialect,
    path: string,
    headers: Record<string, string>,
    body: string,
    params = {},
  ) => {
    const route = routes.routes.find((candidate) => candidate.method === "POST" && candidate.path === path);
    if (route === undefined) throw new Error(`no route ${path}`);
    const request = {
      method: "POST",
      path,
      query: "",
      headers,
      body: Buffer.from(body),
      clientAddress: "192.0.2.1",
      at: AT,
    };
    // As the listener does.
    return route.handle(request, params).catch(() => route.fault?.() ?? { status: 500, headers: {}, body: "" });
  };
  const json = { "content-type": "application/json" };
  switch (dialect) {
    case "native": {
      const headers = { ...json, authorization: `Bearer ${SECRET}${wrong}` };
      return ask(dialects.native, "/v1/messages", headers, JSON.stringify({ to, from: "Shop", text: "x" }));
    }
    case "Twilio": {
      const credentials = Buffer.from(`${ACCOUNT.twilioSid}:${AUTH_TOKEN}${wrong}`).toString("base64");
      const headers = { authorization: `Basic ${credentials}`, "content-type": "application/x-www-form-urlencoded" };
      const form = new URLSearchParams({ To: to, From: "Shop", Body: "x" }).toString();
      return ask(dialects.twilio, "/2010-04-01/Accounts/:account/Messages.json", headers, form, {
        account: ACCOUNT.twilioSid,
      });
    }
    case "CM.com JSON": {
      const msg = [{ from: "Shop", to: [{ number: to }], body: { content: "x" } }];
      const body = JSON.stringify({ messages: { authentication: { productToken: token }, msg } });
      return ask(dialects.cm, "/v1.0/message", json, body);
    }
    case "CM.com XML":
      return ask(
        dialects.cm,
        "/gateway.ashx",
        {},
        `<MESSAGES><AUTHENTICATION><PRODUCTTOKEN>${token}</PRODUCTTOKEN></AUTHENTICATION>
          <MSG><FROM>Shop</FROM><TO>${to}</TO><BODY>x</BODY></MSG></MESSAGES>`,
      );
  }
}

/** The cell of the page's table: HTTP status, then the code in the dialect's own words, then what is reported later. */
async function cellOf(dialect: Dialect, one: Case): Promise<string> {
  const { status, headers, body } = await answerOf(dialect, one);
  const retry = headers["retry-after"] === undefined ? "" : ", `Retry-After`";
  const isReported =
    one.type === "stopped" &&
    blockAnswer(dialect === "native" ? "native" : dialect === "Twilio" ? "twilio" : "cm", one.verdict, one.answers) ===
      "report";
  if (dialect === "CM.com XML") {
    const words =
      /^Error: ERROR (Rejected: Gsm|Rejected:|Message is unrouteable\.|No account found|Unknown error)/.exec(body);
    const later = isReported ? `, later ${reportCode(one)}` : "";
    return `${status} ${body === "" ? "empty" : `\`${words?.[1] ?? "?"}\``}${later}`;
  }
  const fields = JSON.parse(body) as Record<string, unknown>;
  if (dialect === "native") return `${status} \`${String(status < 400 ? fields["status"] : fields["code"])}\`${retry}`;
  if (dialect === "Twilio") {
    const family = one.type === "stopped" ? one.verdict.reason : undefined;
    const code = Object.entries(REASON_OF_FAMILY).find(([, reason]) => reason === family)?.[0];
    const later = isReported ? `, later \`failed\` ${failureCode(code as "destination", undefined)}` : "";
    return `${status} ${status < 400 ? `\`${String(fields["status"])}\`` : String(fields["code"])}${later}${retry}`;
  }
  const [line] = fields["messages"] as { readonly status: string; readonly messageErrorCode: number }[];
  const later = isReported ? `, later ${reportCode(one)}` : "";
  if (line === undefined) return `${status} ${String(fields["errorCode"])}`;
  return `${status} \`${line.status}\` ${line.messageErrorCode}${later}${retry}`;
}

function reportCode(one: Case): string {
  return one.type === "stopped" ? (blockReport("cm", one.verdict, AT).code ?? "") : "";
}

/** The rows of the table, each with its cells. */
function rowsOfPage(): readonly (readonly string[])[] {
  const lines = readFileSync(PAGE, "utf8").split("\n");
  const head = lines.findIndex((line) => line.startsWith("| what happened "));
  const end = lines.findIndex((line, index) => index > head && !line.startsWith("|"));
  return lines.slice(head, end).map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

describe("docs/reference/dialect-answers.md", () => {
  const [head, , ...rows] = rowsOfPage();

  it("has a row for each case and a column for each dialect", () => {
    expect(head?.slice(1, 5)).toEqual(DIALECTS);
    expect(rows.map(([name]) => name)).toEqual(CASES.map(([name]) => name));
  });

  it.each(CASES.map(([name, one], index) => [name, index, one] as const))(
    "says what is answered: %s (row %i)",
    async (name, index, one) => {
      const cells = await Promise.all(DIALECTS.map((dialect) => cellOf(dialect, one)));
      expect(rows[index]?.slice(0, 5)).toEqual([name, ...cells]);
    },
  );

  it("gives a reason for each", () => {
    for (const row of rows) expect(row[5]?.length ?? 0).toBeGreaterThan(10);
  });
});
