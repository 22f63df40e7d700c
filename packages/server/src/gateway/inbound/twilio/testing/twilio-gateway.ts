import { type AccountId, type EpochMilliseconds, parseRecipient, type Recipient, type Verdict } from "@safeguard/core";
import findMyWay, { type HTTPVersion } from "find-my-way";
import { type Account, DEFAULT_ANSWERS } from "../../../../accounts/account.ts";
import { type ApiKey, SCOPES } from "../../../../accounts/api-key.ts";
import { createAuthenticator } from "../../../../accounts/create-authenticator.ts";
import { createDirectory } from "../../../../accounts/create-directory.ts";
import { hashCredential } from "../../../../accounts/mint-key.ts";
import { authTokenPurpose } from "../../../../accounts/sealed-purposes.ts";
import { createSeal } from "../../../../store/create-seal.ts";
import { parseMasterKey } from "../../../../store/master-key.ts";
import { InvalidCursor, type MessageFilter, type MessageStatus, type MessageView } from "../../../../store/store.ts";
import type { MessageId } from "../../../message-id.ts";
import type { SubmissionOutcome } from "../../../outbound/connector.ts";
import type { OutgoingMessage } from "../../../outgoing-message.ts";
import type { Screening, ScreeningResult, StoppingVerdict } from "../../../screening-port.ts";
import { createTwilioDialect } from "../twilio-dialect.ts";

export const ACCOUNT_SID = `AC${"1".repeat(32)}`;
export const AUTH_TOKEN = "a".repeat(32);
export const NOW = Date.UTC(2026, 10, 22, 10, 30) as EpochMilliseconds;
const SEAL = createSeal(parseMasterKey("5".repeat(64), "the test"));

/** What screening is made to say about a message. */
export type Fate =
  | { readonly type: "stopped"; readonly verdict: StoppingVerdict; readonly answer: "reject" | "report" }
  | { readonly type: "submitted"; readonly outcome: SubmissionOutcome };

export const ACCEPTED: Fate = { type: "submitted", outcome: { type: "accepted", providerId: "x", answer: undefined } };

/** A verdict with this action and reason, and nothing else to say. */
export function verdict(action: "allow" | "challenge" | "block", reason: Verdict["reason"]): Verdict {
  return { ...VERDICT, action, reason };
}
export function held(until: number): StoppingVerdict {
  return { ...VERDICT, action: "hold", reason: "destination_blocked", until: until as EpochMilliseconds };
}
const VERDICT = {
  findings: [],
  score: 0,
  policy: { policy: "default", revisions: [1] },
  degraded: [],
  detection: "filter",
} as const;

export function stopped(
  reason: Verdict["reason"],
  answer: "reject" | "report",
  action: "block" | "challenge" = "block",
): Fate {
  return { type: "stopped", verdict: verdict(action, reason) as StoppingVerdict, answer };
}

export function refused(fields: Partial<Extract<SubmissionOutcome, { type: "refused" }>>): Fate {
  return {
    type: "submitted",
    outcome: { type: "refused", kind: "other", code: "x", text: "", answer: undefined, ...fields },
  };
}

/**
 * The dialect with its real authenticator, directory and seal, over a screening that is told what to say and keeps what
 * it was asked, and messages in memory.
 */
export function twilioGateway(options: { readonly account?: Partial<Account>; readonly key?: Partial<ApiKey> } = {}) {
  const account: Account = {
    id: "acc_one" as AccountId,
    name: "One",
    twilioSid: ACCOUNT_SID,
    currency: "EUR",
    networks: [],
    defaultPolicy: "default",
    senderPolicies: {},
    defaultPurpose: "otp",
    answers: DEFAULT_ANSWERS,
    reports: {},
    createdAt: NOW,
    ...options.account,
  };
  const key: ApiKey = {
    id: "key_one",
    account: account.id,
    name: "One",
    mode: "live",
    scopes: SCOPES,
    secretHash: "s",
    productTokenHash: "p",
    authTokenHash: hashCredential(AUTH_TOKEN),
    authTokenSealed: SEAL.seal(AUTH_TOKEN, authTokenPurpose("key_one")),
    hint: "xxxx",
    networks: [],
    mayChoosePolicies: [],
    mayDisableRiskCheck: false,
    createdAt: NOW,
    ...options.key,
  };
  const directory = createDirectory();
  const actor = { type: "operator", name: "test" } as const;
  directory.apply({ type: "account_saved", at: NOW, actor, account });
  directory.apply({ type: "key_saved", at: NOW, actor, key });

  const sent: OutgoingMessage[] = [];
  const views: MessageView[] = [];
  const verified: { readonly message: MessageId; readonly outcome: string }[] = [];
  let fate: (message: OutgoingMessage) => Fate = () => ACCEPTED;

  function screen(message: OutgoingMessage): ScreeningResult {
    sent.push(message);
    const id = (views.length + 1).toString(16).padStart(32, "0") as MessageId;
    const parsed = parseRecipient(message.to, "twilio");
    if (!parsed.ok) return { type: "rejected", id, rejection: parsed };
    const { recipient } = parsed;
    const become = fate(message);
    const ruling = become.type === "stopped" ? become.verdict : verdict("allow", "destination_allowed");
    views.push(viewOf(message, id, recipient, ruling, become));
    const common = { id, recipient, segments: 1 };
    return become.type === "stopped"
      ? { ...common, type: "stopped", verdict: become.verdict, answer: become.answer }
      : { ...common, type: "submitted", verdict: ruling, removedChannels: [], outcome: become.outcome };
  }

  const screening: Screening = { send: (messages) => Promise.resolve(messages.map(screen)) };
  const dialect = createTwilioDialect({
    authenticator: createAuthenticator(directory),
    screening,
    submissions: { cancel: () => Promise.resolve(false) },
    messages: {
      find: (of, id) => Promise.resolve(views.find((view) => view.account === of && view.id === id)),
      list(of, filter, limit, cursor) {
        const all = views.filter((view) => view.account === of && matches(view, filter)).toReversed();
        if (cursor !== undefined && !/^c\d+$/.test(cursor)) return Promise.reject(new InvalidCursor(cursor));
        const start = cursor === undefined ? 0 : Number(cursor.slice(1));
        const next = start + limit < all.length ? `c${start + limit}` : undefined;
        return Promise.resolve({ items: all.slice(start, start + limit), next });
      },
    },
    feedback: {
      delivered: () => Promise.resolve(),
      verified(_principal, message, outcome) {
        verified.push({ message: message.id, outcome });
        return Promise.resolve();
      },
    },
  });

  const router = findMyWay<HTTPVersion.V1>();
  for (const route of dialect.routes)
    router.on(route.method, route.path, () => undefined, { handle: route.handle.bind(route) });

  return {
    account,
    key,
    directory,
    seal: SEAL,
    dialect,
    sent,
    views,
    verified,
    /** From now on screening says this. */
    screenAs(next: Fate | ((message: OutgoingMessage) => Fate)) {
      fate = typeof next === "function" ? next : () => next;
    },
    async call(request: {
      readonly method?: "GET" | "POST" | "DELETE";
      readonly path: string;
      readonly query?: string;
      readonly body?: string;
      readonly type?: string;
      readonly authorization?: string | undefined;
    }): Promise<Answer> {
      const method = request.method ?? "GET";
      const found = router.find(method, request.path);
      if (found === null) throw new Error(`no route for ${method} ${request.path}`);
      const { handle } = found.store as { handle: (typeof dialect.routes)[number]["handle"] };
      const authorization = "authorization" in request ? request.authorization : basic(ACCOUNT_SID, AUTH_TOKEN);
      const reply = await handle(
        {
          method,
          path: request.path,
          query: request.query ?? "",
          headers: {
            "content-type": request.type ?? "application/x-www-form-urlencoded",
            ...(authorization === undefined ? {} : { authorization }),
          },
          body: Buffer.from(request.body ?? ""),
          clientAddress: "192.0.2.7",
          at: NOW,
        },
        found.params,
      );
      return { status: reply.status, headers: reply.headers, json: JSON.parse(reply.body) as Record<string, unknown> };
    },
    /** Creates a message from a form. */
    create(form: Readonly<Record<string, string>> | string): Promise<Answer> {
      return this.call({ method: "POST", path: MESSAGES, body: new URLSearchParams(form).toString() });
    },
  };
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly json: Record<string, unknown>;
}

export const MESSAGES = `/2010-04-01/Accounts/${ACCOUNT_SID}/Messages.json`;

export function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
}

function matches(view: MessageView, filter: MessageFilter): boolean {
  return (
    (filter.to === undefined || view.to === filter.to) &&
    (filter.originator === undefined || view.originator === filter.originator) &&
    (filter.from === undefined || view.at >= filter.from) &&
    (filter.until === undefined || view.at < filter.until)
  );
}

function viewOf(
  message: OutgoingMessage,
  id: MessageId,
  recipient: Recipient,
  ruling: Verdict,
  become: Fate,
): MessageView {
  const outcome = become.type === "submitted" ? become.outcome : undefined;
  const ended: MessageStatus =
    outcome === undefined ? "blocked" : outcome.type === "accepted" ? "submitted" : outcome.type;
  return {
    id,
    account: message.principal.account.id,
    key: message.principal.key.id,
    at: message.at,
    updatedAt: message.at,
    dialect: "twilio",
    to: recipient.e164,
    candidates: recipient.candidates,
    numberType: recipient.type,
    originator: message.originator,
    channels: message.channels,
    removedChannels: [],
    purpose: message.purpose ?? "otp",
    reference: undefined,
    callback: message.callback,
    status: ended,
    verdict: ruling,
    segments: 1,
    price: undefined,
    provider: undefined,
    providerId: undefined,
    errorCode: outcome?.type === "refused" ? outcome.code : undefined,
    errorText: outcome?.type === "refused" ? outcome.text : undefined,
    reportedAt: undefined,
  };
}
