import {
  type AccountId,
  type EpochMilliseconds,
  parseRecipient,
  type ReasonCode,
  type Recipient,
  type RejectedRecipient,
  type Verdict,
} from "@safeguard/core";
import { type Account, DEFAULT_ANSWERS } from "../../../../accounts/account.ts";
import type { ApiKey } from "../../../../accounts/api-key.ts";
import { createAuthenticator } from "../../../../accounts/create-authenticator.ts";
import { createDirectory } from "../../../../accounts/create-directory.ts";
import { hashCredential } from "../../../../accounts/mint-key.ts";
import type { KeyPrincipal } from "../../../../accounts/principal.ts";
import type { MessageView } from "../../../../store/store.ts";
import { blockAnswer } from "../../../block-answer.ts";
import type { MessageId } from "../../../message-id.ts";
import type { SubmissionOutcome } from "../../../outbound/connector.ts";
import type { OutgoingMessage } from "../../../outgoing-message.ts";
import type { ScreeningResult } from "../../../screening-port.ts";
import { countSegments } from "../../../segments.ts";
import type { InboundReply, InboundRequest } from "../../exchange.ts";
import { createCmDialect } from "../cm-dialect.ts";

export const TOKEN = "0c1a2b3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d";
export const AT = Date.UTC(2026, 10, 22, 12, 0, 0) as EpochMilliseconds;

export const ACCEPTED: SubmissionOutcome = { type: "accepted", providerId: undefined, answer: undefined };

export interface World {
  readonly account?: Partial<Account>;
  readonly key?: Partial<ApiKey>;
  /** Why a number is stopped; undefined: it may go out. */
  readonly stop?: (to: string, message: OutgoingMessage) => ReasonCode | undefined;
  readonly outcome?: (to: string) => SubmissionOutcome;
  readonly find?: (to: string, reference: string) => MessageView | undefined;
}

/** An account whose clients must come from elsewhere. */
export const ELSEWHERE: World = { account: { networks: ["198.51.100.0/24"] } };
export const EXPIRED: World = { key: { expiresAt: (AT - 1) as EpochMilliseconds } };

/** The dialect with stand-ins around it: a screening that decides by a function, and a record of all that was asked of it. */
export function openCm(world: World = {}) {
  const principal = createPrincipal(world);
  const directory = createDirectory();
  const actor = { type: "operator", name: "test" } as const;
  directory.apply({ type: "account_saved", at: AT, actor, account: principal.account });
  directory.apply({ type: "key_saved", at: AT, actor, key: principal.key });
  const screened: OutgoingMessage[] = [];
  const delivered: { readonly message: MessageView; readonly code: string | undefined }[] = [];
  const verified: { readonly message: MessageView; readonly occurredAt: number }[] = [];
  const decide = (message: OutgoingMessage): Verdict | RejectedRecipient => {
    const parsed = parseRecipient(message.to, "cm");
    if (!parsed.ok) return parsed;
    const reason = world.stop?.(parsed.recipient.e164, message);
    return verdictOf(reason);
  };
  const dialect = createCmDialect({
    authenticator: createAuthenticator(directory),
    screening: {
      preview: (messages) => messages.map(decide),
      send: async (messages) => {
        screened.push(...messages);
        return messages.map((message, index): ScreeningResult => {
          const id = String(index).padStart(32, "0") as MessageId;
          const parsed = parseRecipient(message.to, "cm");
          if (!parsed.ok) return { type: "rejected", id, rejection: parsed };
          const verdict = verdictOf(world.stop?.(parsed.recipient.e164, message));
          const segments = message.text === undefined ? 1 : countSegments(message.text);
          const common = { id, recipient: parsed.recipient, segments };
          if (verdict.action !== "allow") {
            const answer = blockAnswer("cm", verdict, principal.account.answers);
            return { type: "stopped", ...common, verdict, answer };
          }
          const outcome = world.outcome?.(parsed.recipient.e164) ?? ACCEPTED;
          return { type: "submitted", ...common, verdict, removedChannels: [], outcome };
        });
      },
    },
    messages: {
      find: async (_account, id) => viewOf({ id }),
      findByReference: async (_account, to, reference) => world.find?.(to, reference),
    },
    feedback: {
      delivered: async (message, report) => void delivered.push({ message, code: report.code }),
      verified: async (_principal, message, _outcome, occurredAt) => void verified.push({ message, occurredAt }),
    },
    explain: (verdict) => `because ${verdict.reason}`,
  });
  const call = (
    method: "GET" | "POST",
    target: string,
    body: string | Buffer = "",
    headers: Record<string, string> = {},
  ): Promise<InboundReply> => {
    const [path = "", query = ""] = target.split("?");
    const route = dialect.routes.find((candidate) => candidate.method === method && candidate.path === path);
    if (route === undefined) throw new Error(`no route ${method} ${path}`);
    const request: InboundRequest = {
      method,
      path,
      query,
      headers,
      body: typeof body === "string" ? Buffer.from(body) : body,
      clientAddress: "192.0.2.1",
      at: AT,
    };
    return route.handle(request, {});
  };
  return { dialect, screened, delivered, verified, principal, call };
}

export function viewOf(view: Partial<MessageView>): MessageView {
  const parsed = parseRecipient("0031612345678", "cm");
  if (!parsed.ok) throw new Error("a number that is known to be right was rejected");
  const recipient: Recipient = parsed.recipient;
  return {
    id: "0".repeat(32) as MessageId,
    account: ACCOUNT_ID,
    key: "key_1",
    at: AT,
    updatedAt: AT,
    dialect: "cm",
    to: recipient.e164,
    candidates: recipient.candidates,
    numberType: recipient.type,
    originator: "Shop",
    channels: ["sms"],
    removedChannels: [],
    purpose: "otp",
    reference: "ref-1",
    callback: undefined,
    status: "submitted",
    verdict: verdictOf(undefined),
    segments: 1,
    price: undefined,
    provider: "sandbox",
    providerId: undefined,
    errorCode: undefined,
    errorText: undefined,
    reportedAt: undefined,
    ...view,
  };
}

const ACCOUNT_ID = "acc_00000000000000000001" as AccountId;

function verdictOf(reason: ReasonCode | undefined): Verdict {
  const common = {
    findings: [],
    score: 0,
    policy: { policy: "default", revisions: [1] },
    degraded: [],
    detection: "filter",
  } as const;
  return reason === undefined
    ? { ...common, action: "allow", reason: "destination_allowed" }
    : { ...common, action: "block", reason };
}

function createPrincipal(world: World): KeyPrincipal {
  const account: Account = {
    id: ACCOUNT_ID,
    name: "Shop",
    twilioSid: `AC${"0".repeat(32)}`,
    currency: "EUR",
    networks: [],
    defaultPolicy: "default",
    senderPolicies: {},
    defaultPurpose: "otp",
    answers: DEFAULT_ANSWERS,
    reports: {},
    createdAt: AT,
    ...world.account,
  };
  const key: ApiKey = {
    id: "key_1",
    account: account.id,
    name: "test",
    mode: "live",
    scopes: ["messages:send"],
    secretHash: "",
    productTokenHash: hashCredential(TOKEN),
    authTokenHash: "",
    authTokenSealed: "",
    hint: "",
    networks: [],
    mayChoosePolicies: [],
    mayDisableRiskCheck: false,
    createdAt: AT,
    ...world.key,
  };
  return { type: "key", account, key };
}

/** Account settings under which every block is refused at once. */
export const REJECT: Partial<Account> = {
  answers: {
    ...DEFAULT_ANSWERS,
    cm: { ...DEFAULT_ANSWERS.cm, destination: "reject", limit: "reject", detection: "reject" },
  },
};
