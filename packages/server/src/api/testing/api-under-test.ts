import type { AddressInfo } from "node:net";
import { Engine, type EpochMilliseconds, NUMBERING_TABLE, type PolicyDocument } from "@safeguard/core";
import type { FastifyInstance, InjectOptions } from "fastify";
import type { Account } from "../../accounts/account.ts";
import type { NewAccount } from "../../accounts/account-body.ts";
import type { AccountServiceDeps } from "../../accounts/account-services.ts";
import { SCOPES } from "../../accounts/api-key.ts";
import { createAccount } from "../../accounts/create-account.ts";
import { createAuthenticator } from "../../accounts/create-authenticator.ts";
import { createDirectory } from "../../accounts/create-directory.ts";
import { createKey } from "../../accounts/create-key.ts";
import { limitFailedAttempts } from "../../accounts/failed-attempts.ts";
import type { NewKey } from "../../accounts/key-body.ts";
import { hashCredential, mintOperatorSecret } from "../../accounts/mint-key.ts";
import { createSerially } from "../../accounts/serially.ts";
import { explainInEnglish } from "../../decisions/explain-in-english.ts";
import { HeldDecisions } from "../../decisions/held-decisions.ts";
import { createRevealAllowance } from "../../decisions/reveal-allowance.ts";
import { eventRoutes } from "../../gateway/feedback/event-routes.ts";
import { type Outcome, outcomeOf } from "../../gateway/feedback/outcome.ts";
import { createOutcomes } from "../../gateway/feedback/report-outcomes.ts";
import { verifiedRoutes } from "../../gateway/feedback/verified-routes.ts";
import { HeldMessages } from "../../gateway/held-messages.ts";
import { nativeRoutes } from "../../gateway/inbound/native/native-routes.ts";
import { createSandboxConnector } from "../../gateway/outbound/sandbox/sandbox-connector.ts";
import { createSandboxNetwork } from "../../gateway/outbound/sandbox/sandbox-network.ts";
import { createScreening } from "../../gateway/screening.ts";
import { createIncidents } from "../../incidents/create-incidents.ts";
import { detectionEventOf } from "../../incidents/detection-event-of.ts";
import { incidentRoutes } from "../../incidents/incident-routes.ts";
import { createListener } from "../../listener.ts";
import { impactRoutes } from "../../policies/impact-routes.ts";
import { createPolicyBook } from "../../policies/policy-book.ts";
import { policyRoutes } from "../../policies/policy-routes.ts";
import { proposalRoutes } from "../../policies/proposal-routes.ts";
import { createPriceList } from "../../prices/price-list.ts";
import { createSeal } from "../../store/create-seal.ts";
import { heardJournal } from "../../store/heard-journal.ts";
import type { JournalRecord } from "../../store/journal-record.ts";
import type { MasterKey } from "../../store/master-key.ts";
import { openSqliteStore } from "../../store/sqlite/open-sqlite-store.ts";
import { createApi, type RoutePlugin } from "../app.ts";
import { createClientAddress } from "../client-address.ts";
import type { ForbiddenRequest } from "../forbidden-request.ts";
import { createIdempotentRequests } from "../idempotency.ts";

export const START = Date.parse("2026-11-22T12:00:00Z") as EpochMilliseconds;

export interface ApiUnderTestOptions {
  /** Default: memory only. */
  readonly directory?: string;
  readonly plugins?: readonly RoutePlugin[];
  readonly trustedProxies?: readonly string[];
}

/**
 * The native API with the real engine, store and sandbox, on a clock that stands still until it is told. Accounts and
 * policies of an earlier run in the same directory are there again.
 */
export async function startApiUnderTest(options: ApiUnderTestOptions = {}) {
  const masterKey = new Uint8Array(32).fill(7) as MasterKey;
  const store = await openSqliteStore({ directory: options.directory ?? ":memory:", masterKey });
  const seal = createSeal(masterKey);
  const directory = createDirectory();
  const engine = new Engine();
  const book = createPolicyBook();
  const clock = { now: START };
  const faults: unknown[] = [];
  const forbidden: ForbiddenRequest[] = [];

  function apply(record: JournalRecord): void {
    directory.apply(record);
    book.apply(record);
    if (record.type === "account_saved") {
      engine.apply({ type: "account_placed", account: record.account.id, parent: record.account.parent });
    }
    if (record.type === "revision_saved") {
      const { account, policy, number, state, from, until, document, numberingTable } = record.revision;
      engine.apply({ type: "revision_put", account, policy, number, state, from, until, document, numberingTable });
    }
    const event = detectionEventOf(record);
    if (event !== undefined) engine.apply(event);
  }
  for await (const { record } of store.journal.read(1)) apply(record);

  const services: AccountServiceDeps = {
    directory,
    book,
    seal,
    urlProblem: () => undefined,
    serially: createSerially(),
    changes: {
      async commit(records) {
        await store.journal.append(records);
        for (const record of records) apply(record);
      },
    },
  };
  const operatorSecret = mintOperatorSecret();
  const authenticator = limitFailedAttempts(
    createAuthenticator(directory, { operatorSecretHash: hashCredential(operatorSecret) }),
  );
  const idempotentRequests = createIdempotentRequests(store, seal);
  const sandbox = createSandboxNetwork({ now: () => clock.now, onReport: async () => {} });
  const connector = createSandboxConnector("sandbox", sandbox);
  const prices = createPriceList({ EUR: 0.9 });
  const screening = createScreening({
    journal: store.journal,
    engine,
    held: new HeldMessages(() => clock.now),
    policyFor: ({ policy, principal }) => policy ?? principal.account.defaultPolicy,
    providers: { connectorsFor: () => [connector], connector: () => connector },
    prices,
    contentOf: (text) => text,
    callbackUrl: () => undefined,
    now: () => clock.now,
    noticesQueued: () => {},
  });
  const onFault = (error: unknown) => faults.push(error);
  const onForbidden = (refused: ForbiddenRequest): void => void forbidden.push(refused);
  const native = nativeRoutes({
    authenticator,
    directory,
    idempotentRequests,
    journal: store.journal,
    engine,
    prices,
    heldDecisions: new HeldDecisions(),
    screening,
    explain: explainInEnglish,
    onFault,
  });
  const clientAddress = createClientAddress(options.trustedProxies ?? []);
  const heard: Outcome[] = [];
  const journal = heardJournal(store.journal, (record) => {
    const outcome = outcomeOf(record);
    if (outcome !== undefined) heard.push(outcome);
  });
  const outcomes = createOutcomes({ store: { ...store, journal } });
  const incidents = createIncidents({ store, engine, directory, now: () => clock.now, warn() {}, onFault });
  await incidents.start();
  const app: FastifyInstance = await createApi({
    ...services,
    authenticator,
    clientAddress,
    now: () => clock.now,
    store,
    idempotentRequests,
    explain: explainInEnglish,
    native,
    sandbox,
    plugins: [
      policyRoutes({ ...services, book, engine }),
      impactRoutes({ ...services, book, engine, store }),
      proposalRoutes({ ...services, book }),
      eventRoutes(outcomes),
      verifiedRoutes({ store, changes: services.changes }),
      incidentRoutes({
        explain: explainInEnglish,
        store,
        engine,
        changes: services.changes,
        incidents,
        looks: createRevealAllowance(),
      }),
      ...(options.plugins ?? []),
    ],
    version: "0.0.0",
    missing: () => [],
    onForbidden,
    onFault,
  });
  await app.ready();
  const listener = createListener({
    dialects: [native],
    api: app,
    clientAddress,
    tls: undefined,
    now: () => clock.now,
    onForbidden,
    onFault,
  });

  const operator = { principal: { type: "operator" }, actor: { type: "operator", name: "operator" } } as const;
  return {
    app,
    store,
    directory,
    clock,
    /** Outcomes that the engine would hear of. */
    heard,
    /** What was answered in the 500s. */
    faults,
    /** What was answered with 403. */
    forbidden,
    operatorSecret,
    async account(input: Partial<NewAccount> = {}): Promise<Account> {
      return (await createAccount(services, { ...operator, at: clock.now }, { name: "Shop", ...input })).account;
    },
    /** A secret with all scopes, unless said otherwise. */
    async key(account: Account, input: Partial<NewKey> = {}) {
      const context = { ...operator, at: clock.now, account: directory.account(account.id) ?? account };
      return createKey(services, context, { name: "server", mode: "test", scopes: [...SCOPES], ...input });
    },
    async policy(account: Account, document: PolicyDocument, number = 1): Promise<void> {
      await services.changes.commit([
        {
          type: "revision_saved",
          at: clock.now,
          actor: operator.actor,
          revision: {
            account: account.id,
            policy: "default",
            number,
            document,
            state: "in_force",
            from: clock.now,
            author: operator.actor,
            reason: "test",
            createdAt: clock.now,
            numberingTable: NUMBERING_TABLE,
          },
        },
      ]);
    },
    /** Makes a call inside the process; `json` is the parsed answer. */
    async call(
      secret: string | undefined,
      method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE",
      url: string,
      more: CallMore = {},
    ) {
      const answer = await app.inject({
        method,
        url,
        ...(more.body === undefined ? {} : { payload: more.body as NonNullable<InjectOptions["payload"]> }),
        headers: {
          ...(secret === undefined ? {} : { authorization: `Bearer ${secret}` }),
          ...(typeof more.body === "string" ? { "content-type": "application/json" } : {}),
          ...more.headers,
        },
      });
      const isJson = String(answer.headers["content-type"]).includes("json");
      return {
        status: answer.statusCode,
        headers: answer.headers,
        text: answer.payload,
        json: isJson ? answer.json() : undefined,
      };
    },
    /** Listens on a free port; the base URL. */
    listen(): Promise<string> {
      return new Promise((resolve) => {
        listener.listen(0, "127.0.0.1", () => resolve(`http://127.0.0.1:${(listener.address() as AddressInfo).port}`));
      });
    },
    async close(): Promise<void> {
      if (listener.listening) {
        listener.closeAllConnections();
        await new Promise((resolve) => listener.close(resolve));
      }
      sandbox.close();
      await app.close();
      await incidents.close();
      await store.close();
    },
  };
}

interface CallMore {
  /** An object, or the text itself. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export type ApiUnderTest = Awaited<ReturnType<typeof startApiUnderTest>>;
