import type {
  AlertSettings,
  SavedAlertSettings,
  SetAlertSettings,
  WebhookDelivery,
  WebhookReceiver,
} from "./alert-types.ts";
import type {
  DetectionAlert,
  DetectionStatus,
  ForAWhile,
  Incident,
  IncidentContained,
  IncidentDetail,
  IncidentEvidence,
  IncidentState,
  RangeContained,
} from "./incident-types.ts";
import type {
  ChangeDestinations,
  ChangeDetection,
  ChangeExceptions,
  Policy,
  PolicyChange,
  PolicyImpact,
  PolicyImpactRequest,
  PolicyRevision,
  PolicyRevisionWithDocument,
  PutPolicy,
} from "./policy-types.ts";
import { type Call, type ClientOptions, createTransport, type Transport } from "./transport.ts";
import type {
  Account,
  AccountChange,
  Decision,
  DecisionRequest,
  Destination,
  Key,
  KeyChange,
  Message,
  MessageQuery,
  MessageRequest,
  MintedKey,
  NewAccount,
  NewKey,
  OutcomeEvent,
  OutcomeResult,
  OutcomeResults,
  Page,
  PageQuery,
  SavedAccount,
  Usage,
  VerifiedEntry,
  VerifiedImported,
  VerifiedSummary,
} from "./types.ts";

export interface PostOptions {
  /** Repeat a POST with the same key and it takes effect once. 1 to 255 visible ASCII characters, such as a UUID. */
  readonly idempotencyKey?: string;
}

/** The native API. Every call throws SafeguardError when it is refused or not answered. */
export interface SafeguardClient {
  readonly messages: {
    /** A message that is stopped is an answer: look at `action`. */
    send(message: MessageRequest, options?: PostOptions): Promise<Message>;
    /** Up to 1,000, answered in order. */
    sendBatch(messages: readonly MessageRequest[], options?: PostOptions): Promise<readonly Message[]>;
    get(id: string): Promise<Message>;
    /** Newest first. */
    list(query?: MessageQuery): Promise<Page<Message>>;
    /** It is not sent any more. Throws `conflict` where it does not wait. */
    cancel(id: string): Promise<Message>;
    /** Says what became of a message in doubt; nothing is sent. Throws `conflict` where it is not in doubt. */
    settle(id: string, outcome: "sent" | "not_sent", reason: string): Promise<Message>;
  };
  readonly decisions: {
    /** May this message go out? Nothing is sent. */
    decide(request: DecisionRequest, options?: PostOptions): Promise<Decision>;
    /** Up to 1,000, answered in order. */
    decideBatch(requests: readonly DecisionRequest[], options?: PostOptions): Promise<readonly Decision[]>;
    get(id: string): Promise<Decision>;
  };
  /** Says what became of a message. Throws `not_found` where there is no such message. */
  reportOutcome(event: OutcomeEvent, options?: PostOptions): Promise<OutcomeResult>;
  /** Says what became of up to 1,000 messages; each is answered for itself, in order. */
  reportOutcomes(events: readonly OutcomeEvent[], options?: PostOptions): Promise<OutcomeResults>;
  readonly verifiedNumbers: {
    /** Up to 2,000 numbers that were verified before. */
    import(numbers: readonly VerifiedEntry[], options?: PostOptions): Promise<VerifiedImported>;
    summary(): Promise<VerifiedSummary>;
    /** Forgets what is known of the number's verifications. */
    remove(number: string): Promise<void>;
  };
  readonly policies: {
    /** What decides now. */
    get(policy: string): Promise<Policy>;
    /** Replaces the account's words by a new revision. */
    put(policy: string, change: PutPolicy): Promise<PolicyRevisionWithDocument>;
    /** Blocks and allows destinations, and leaves the rest as it is. The revisions that were made. */
    changeDestinations(
      policy: string,
      change: ChangeDestinations,
      options?: PostOptions,
    ): Promise<readonly PolicyRevisionWithDocument[]>;
    /** What holds for each destination, with its traffic; with a document also what that would change. Nothing is saved. */
    impact(policy: string, request?: PolicyImpactRequest): Promise<PolicyImpact>;
    changeExceptions(
      policy: string,
      change: ChangeExceptions,
      options?: PostOptions,
    ): Promise<readonly PolicyRevisionWithDocument[]>;
    /** Changes what detection may do, and leaves the rest as it is. */
    changeDetection(
      policy: string,
      change: ChangeDetection,
      options?: PostOptions,
    ): Promise<readonly PolicyRevisionWithDocument[]>;
    /** Newest first. */
    revisions(policy: string, query?: PageQuery): Promise<Page<PolicyRevision>>;
    revision(policy: string, number: number): Promise<PolicyRevisionWithDocument>;
    /** Brings back the content of a revision, as a new one. */
    restore(policy: string, number: number, change: PolicyChange): Promise<PolicyRevisionWithDocument>;
  };
  readonly incidents: {
    /** Newest first. `ongoing`: open, acknowledged or contained. */
    list(query?: PageQuery & { readonly state?: IncidentState | "ongoing" | "all" }): Promise<Page<Incident>>;
    get(number: number): Promise<IncidentDetail>;
    /** `reveal`: whole numbers; needs `messages:read`, and is recorded. */
    evidence(number: number, options?: { readonly reveal?: boolean }): Promise<IncidentEvidence>;
    /** Stops new numbers of its ranges for a while, in monitor, too; with `dryRun` only says what that would do. */
    contain(number: number, how: ForAWhile & { readonly dryRun?: boolean }): Promise<IncidentContained>;
    acknowledge(number: number, reason: string): Promise<IncidentDetail>;
    release(number: number, reason: string): Promise<IncidentDetail>;
    close(number: number, reason: string): Promise<IncidentDetail>;
    /** Releases and closes it; detection lets its ranges be for 30 days. */
    falseAlarm(number: number, reason: string): Promise<IncidentDetail>;
    undoFalseAlarm(number: number, reason: string): Promise<IncidentDetail>;
  };
  readonly detection: {
    status(): Promise<DetectionStatus>;
    /** Only verified numbers get messages, at most for 7 days. */
    lockDown(how: ForAWhile): Promise<DetectionStatus>;
    /** With an `x` for each open digit: `+99200123xxxx`. */
    containRange(range: string, how: ForAWhile & { readonly dryRun?: boolean }): Promise<RangeContained>;
    releaseRange(range: string, reason: string): Promise<RangeContained>;
    endLockdown(reason: string): Promise<DetectionStatus>;
    /** Detection stands aside, at most for 24 hours. */
    bypass(how: ForAWhile): Promise<DetectionStatus>;
    endBypass(reason: string): Promise<DetectionStatus>;
    /** Newest first. `open`: those that still are so. */
    alerts(query?: PageQuery & { readonly state?: "open" | "all" }): Promise<Page<DetectionAlert>>;
  };
  readonly alerts: {
    /** Newest first. `open`: those that still are so. */
    list(query?: PageQuery & { readonly state?: "open" | "all" }): Promise<Page<DetectionAlert>>;
    settings(): Promise<AlertSettings>;
    /** Replaces all settings; what is left out is the default again. */
    setSettings(settings: SetAlertSettings): Promise<SavedAlertSettings>;
    /** A new secret for a webhook channel; for a day both sign. */
    rollChannelSecret(channel: string): Promise<SavedAlertSettings>;
    /** Sends a test to every channel; their ids. */
    test(): Promise<readonly string[]>;
  };
  readonly webhooks: {
    receivers(): Promise<readonly WebhookReceiver[]>;
    /** What was told, or is to be told, newest first. */
    deliveries(query?: PageQuery & { readonly state?: WebhookDelivery["state"] }): Promise<Page<WebhookDelivery>>;
    /** Tells one thing once more, under its first `webhook-id`. */
    replay(delivery: string): Promise<WebhookDelivery>;
    /** Tells everything once more that was queued since and given up; how many. `since`: ISO 8601. */
    replayFailed(since: string): Promise<number>;
    /** Tells a paused server again. */
    resume(receiver: string): Promise<readonly WebhookReceiver[]>;
  };
  readonly usage: {
    /** Days are such as `2026-11-22`, both included. Default: this month. `below`: also the accounts below. */
    get(query?: { readonly from?: string; readonly until?: string; readonly below?: boolean }): Promise<Usage>;
  };
  readonly accounts: {
    list(query?: PageQuery): Promise<Page<Account>>;
    create(account: NewAccount, options?: PostOptions): Promise<SavedAccount>;
    get(id: string): Promise<Account>;
    update(id: string, change: AccountChange): Promise<SavedAccount>;
    rollWebhookSecret(id: string, options?: PostOptions): Promise<SavedAccount>;
  };
  readonly keys: {
    list(query?: PageQuery): Promise<Page<Key>>;
    create(key: NewKey, options?: PostOptions): Promise<MintedKey>;
    get(id: string): Promise<Key>;
    update(id: string, change: KeyChange): Promise<Key>;
    /** New secrets; the old ones stay good for the overlap (default a day). */
    reroll(id: string, overlapSeconds?: number, options?: PostOptions): Promise<MintedKey>;
    revoke(id: string): Promise<Key>;
  };
  readonly destinations: {
    /** `language`: of the names; a BCP 47 tag, default `en`. */
    list(language?: string): Promise<readonly Destination[]>;
  };
  /** For calls that have no method here yet. */
  readonly call: Transport;
  /** The same key, acting for an account below its own. */
  forAccount(account: string): SafeguardClient;
}

interface Changed {
  readonly revisions: readonly PolicyRevisionWithDocument[];
}

export function createClient(options: ClientOptions): SafeguardClient {
  const call = createTransport(options);
  const get = <T>(path: string, query?: Call["query"]): Promise<T> =>
    call({ method: "GET", path, ...(query === undefined ? {} : { query }) });
  const post = <T>(path: string, body: unknown, { idempotencyKey }: PostOptions = {}): Promise<T> =>
    call({ method: "POST", path, body, idempotencyKey });
  const one = (collection: string, id: string): string => `/v1/${collection}/${encodeURIComponent(id)}`;

  return {
    messages: {
      send: (message, posting) => post("/v1/messages", message, posting),
      sendBatch: async (messages, posting) =>
        (await post<{ readonly messages: readonly Message[] }>("/v1/messages", { messages }, posting)).messages,
      get: (id) => get(one("messages", id)),
      list: (query = {}) => post("/v1/messages/search", query),
      cancel: (id) => post(`${one("messages", id)}/cancel`, undefined),
      settle: (id, outcome, reason) => post(`${one("messages", id)}/settle`, { outcome, reason }),
    },
    decisions: {
      decide: (request, posting) => post("/v1/decisions", request, posting),
      decideBatch: async (decisions, posting) =>
        (await post<{ readonly decisions: readonly Decision[] }>("/v1/decisions", { decisions }, posting)).decisions,
      get: (id) => get(one("decisions", id)),
    },
    reportOutcome: (event, posting) => post("/v1/events", event, posting),
    reportOutcomes: (events, posting) => post("/v1/events", { events }, posting),
    verifiedNumbers: {
      import: (numbers, posting) => post("/v1/verified-numbers", { numbers }, posting),
      summary: () => get("/v1/verified-numbers/summary"),
      remove: async (number) => {
        await post("/v1/verified-numbers/remove", { number });
      },
    },
    policies: {
      get: (policy) => get(one("policies", policy)),
      put: (policy, body) => call({ method: "PUT", path: one("policies", policy), body }),
      impact: (policy, request = {}) => post(`${one("policies", policy)}/impact`, request),
      changeDestinations: async (policy, change, posting) =>
        (await post<Changed>(`${one("policies", policy)}/destinations`, change, posting)).revisions,
      changeExceptions: async (policy, change, posting) =>
        (await post<Changed>(`${one("policies", policy)}/exceptions`, change, posting)).revisions,
      changeDetection: async (policy, change, posting) =>
        (await post<Changed>(`${one("policies", policy)}/detection`, change, posting)).revisions,
      revisions: (policy, query) => get(`${one("policies", policy)}/revisions`, { ...query }),
      revision: (policy, number) => get(`${one("policies", policy)}/revisions/${number}`),
      restore: (policy, number, change) => post(`${one("policies", policy)}/revisions/${number}/restore`, change),
    },
    incidents: {
      list: (query) => get("/v1/incidents", { ...query }),
      get: (number) => get(`/v1/incidents/${number}`),
      evidence: (number, { reveal = false } = {}) => get(`/v1/incidents/${number}/evidence`, { reveal }),
      contain: (number, how) => post(`/v1/incidents/${number}/contain`, how),
      acknowledge: (number, reason) => post(`/v1/incidents/${number}/acknowledge`, { reason }),
      release: (number, reason) => post(`/v1/incidents/${number}/release`, { reason }),
      close: (number, reason) => post(`/v1/incidents/${number}/close`, { reason }),
      falseAlarm: (number, reason) => post(`/v1/incidents/${number}/false-alarm`, { reason }),
      undoFalseAlarm: (number, reason) => post(`/v1/incidents/${number}/undo-false-alarm`, { reason }),
    },
    detection: {
      status: () => get("/v1/detection"),
      lockDown: (how) => post("/v1/detection/lockdown", how),
      containRange: (range, how) => post("/v1/detection/ranges", { range, ...how }),
      releaseRange: (range, reason) =>
        call({ method: "DELETE", path: "/v1/detection/ranges", query: { range, reason } }),
      endLockdown: (reason) => call({ method: "DELETE", path: "/v1/detection/lockdown", query: { reason } }),
      bypass: (how) => post("/v1/detection/bypass", how),
      endBypass: (reason) => call({ method: "DELETE", path: "/v1/detection/bypass", query: { reason } }),
      alerts: (query) => get("/v1/alerts", { ...query }),
    },
    alerts: {
      list: (query) => get("/v1/alerts", { ...query }),
      settings: () => get("/v1/alerts/settings"),
      setSettings: (body) => call({ method: "PUT", path: "/v1/alerts/settings", body }),
      rollChannelSecret: (channel) =>
        call({ method: "POST", path: `${one("alerts/settings/channels", channel)}/secret` }),
      test: async () =>
        (await call<{ readonly channels: readonly string[] }>({ method: "POST", path: "/v1/alerts/test" })).channels,
    },
    webhooks: {
      receivers: async () => (await get<{ readonly items: readonly WebhookReceiver[] }>("/v1/webhooks")).items,
      deliveries: (query) => get("/v1/webhooks/deliveries", { ...query }),
      replay: (delivery) => call({ method: "POST", path: `${one("webhooks/deliveries", delivery)}/replay` }),
      replayFailed: async (since) =>
        (await post<{ readonly replayed: number }>("/v1/webhooks/replay", { since })).replayed,
      resume: async (receiver) =>
        (await post<{ readonly items: readonly WebhookReceiver[] }>("/v1/webhooks/resume", { receiver })).items,
    },
    usage: { get: (query) => get("/v1/usage", { ...query }) },
    accounts: {
      list: (query) => get("/v1/accounts", { ...query }),
      create: (account, posting) => post("/v1/accounts", account, posting),
      get: (id) => get(one("accounts", id)),
      update: (id, body) => call({ method: "PATCH", path: one("accounts", id), body }),
      rollWebhookSecret: (id, { idempotencyKey } = {}) =>
        call({ method: "POST", path: `${one("accounts", id)}/webhook-secret`, idempotencyKey }),
    },
    keys: {
      list: (query) => get("/v1/keys", { ...query }),
      create: (key, posting) => post("/v1/keys", key, posting),
      get: (id) => get(one("keys", id)),
      update: (id, body) => call({ method: "PATCH", path: one("keys", id), body }),
      reroll: (id, overlapSeconds, posting) =>
        post(`${one("keys", id)}/reroll`, overlapSeconds === undefined ? {} : { overlapSeconds }, posting),
      revoke: (id) => call({ method: "DELETE", path: one("keys", id) }),
    },
    destinations: {
      list: async (language) =>
        (await get<{ readonly items: readonly Destination[] }>("/v1/destinations", { language })).items,
    },
    call,
    forAccount: (account) => createClient({ ...options, account }),
  };
}
