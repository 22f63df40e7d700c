import { existsSync } from "node:fs";
import type { Server } from "node:http";
import { join } from "node:path";
import { compilePolicy, type Engine, type EpochMilliseconds } from "@safeguard/core";
import type { FastifyInstance } from "fastify";
import type { AccountServiceDeps } from "./accounts/account-services.ts";
import { createAuthenticator } from "./accounts/create-authenticator.ts";
import { createDirectory } from "./accounts/create-directory.ts";
import type { Directory } from "./accounts/directory.ts";
import { limitFailedAttempts } from "./accounts/failed-attempts.ts";
import { hashCredential, mintOperatorSecret } from "./accounts/mint-key.ts";
import { createSerially } from "./accounts/serially.ts";
import { createApi } from "./api/app.ts";
import { createClientAddress } from "./api/client-address.ts";
import { createIdempotentRequests } from "./api/idempotency.ts";
import type { Changes, LiveView } from "./changes.ts";
import { VERSION } from "./cli/version.ts";
import { createClock } from "./clock.ts";
import type { Config } from "./config/config.ts";
import { explainInEnglish } from "./decisions/explain-in-english.ts";
import { explanationRoutes } from "./decisions/explanation-routes.ts";
import { journalRoutes } from "./decisions/journal-routes.ts";
import { levelsOfStamp } from "./decisions/recompute-decision.ts";
import { createLiveDetection, type LiveDetection } from "./detection/live-detection.ts";
import { beginDetection, replayJournal } from "./detection/restore-detection.ts";
import { callbackUrlFor, reportUrl } from "./gateway/feedback/callback-url.ts";
import { eventRoutes } from "./gateway/feedback/event-routes.ts";
import { createNativeNoticeRenderer } from "./gateway/feedback/native-notice-renderer.ts";
import { createNoticeQueue } from "./gateway/feedback/notice-queue.ts";
import { createFeedback } from "./gateway/feedback/record-feedback.ts";
import { createOutcomes } from "./gateway/feedback/report-outcomes.ts";
import { createReportDialect } from "./gateway/feedback/report-routes.ts";
import { verifiedRoutes } from "./gateway/feedback/verified-routes.ts";
import { HeldMessages } from "./gateway/held-messages.ts";
import { createCmDialect } from "./gateway/inbound/cm/cm-dialect.ts";
import { createCmNoticeRenderer } from "./gateway/inbound/cm/notice-renderer.ts";
import { nativeRoutes } from "./gateway/inbound/native/native-routes.ts";
import { createTwilioDialect } from "./gateway/inbound/twilio/twilio-dialect.ts";
import { createTwilioNoticeRenderer } from "./gateway/inbound/twilio/twilio-notice.ts";
import { createAddressGuard } from "./gateway/outbound/address-guard.ts";
import { createHttpExchange } from "./gateway/outbound/http-exchange.ts";
import { testProvider } from "./gateway/outbound/provider-check.ts";
import { createProviderTable } from "./gateway/outbound/provider-table-live.ts";
import { createSandboxNetwork } from "./gateway/outbound/sandbox/sandbox-network.ts";
import { createScreening } from "./gateway/screening.ts";
import { settleHeld } from "./gateway/settle-held.ts";
import { settleUnresolved } from "./gateway/settle-unresolved.ts";
import { createIncidents } from "./incidents/create-incidents.ts";
import { incidentRoutes } from "./incidents/incident-routes.ts";
import type { Incidents } from "./incidents/incidents.ts";
import { createListener } from "./listener.ts";
import { choosePolicy } from "./policies/choose-policy.ts";
import { createPolicyBook } from "./policies/policy-book.ts";
import { policyRoutes } from "./policies/policy-routes.ts";
import type { PolicyServiceDeps } from "./policies/policy-services.ts";
import { createPriceList } from "./prices/price-list.ts";
import { providerRoutes } from "./providers/provider-routes.ts";
import { SANDBOX_ID, sandboxProvider } from "./sandbox-provider.ts";
import { createSeal } from "./store/create-seal.ts";
import { heardJournal } from "./store/heard-journal.ts";
import type { JournalRecord } from "./store/journal-record.ts";
import { makeDirectory } from "./store/make-directory.ts";
import { loadMasterKey, type MasterKey } from "./store/master-key.ts";
import { createSealedFile } from "./store/sealed-file.ts";
import { openSqliteStore } from "./store/sqlite/open-sqlite-store.ts";
import type { Store } from "./store/store.ts";
import { createLogger, type Logger } from "./telemetry/logger.ts";

/** The whole product, put together and not yet listening. */
export interface Safeguard {
  readonly api: FastifyInstance;
  readonly listener: Server;
  readonly store: Store;
  readonly directory: Directory;
  readonly services: AccountServiceDeps & PolicyServiceDeps;
  /** Proves the operator for as long as this process runs. */
  readonly operatorSecret: string;
  /** Where it is reached, for the callback URLs that providers get; known when it listens. */
  setPublicUrl(url: string): void;
  /** Providers that really send: all but the sandbox. */
  sendingProviders(): readonly string[];
  /** What decides, for tests to look into. */
  readonly engine: Engine;
  readonly incidents: Incidents;
  now(): EpochMilliseconds;
  close(): Promise<void>;
}

/** How often what is older than its retention is removed. */
const RETENTION_INTERVAL_MS = 60 * 60 * 1000;

/**
 * The composition root: the only place that knows how the parts are put together. Takes the data folder's lock, brings the
 * state into memory, and settles what a crash left open, before anything can be asked of it. `wall`: the time of day; the
 * system's, where nothing else is said.
 */
export async function openSafeguard(config: Config, wall?: () => number): Promise<Safeguard> {
  const logger = createLogger(config.logLevel);
  const onFault = (failure: unknown, request?: string): void =>
    logger.error(
      { err: failure instanceof Error ? { name: failure.name, message: failure.message } : failure, request },
      "fault",
    );
  const { store, masterKey } = await openStore(config, onFault);
  try {
    return await compose(config, store, masterKey, logger, onFault, wall);
  } catch (failure) {
    await store.close();
    throw failure;
  }
}

async function compose(
  config: Config,
  opened: Store,
  masterKey: MasterKey,
  logger: Logger,
  onFault: (failure: unknown, request?: string) => void,
  wall: (() => number) | undefined,
): Promise<Safeguard> {
  const now = createClock(wall);
  const seal = createSeal(masterKey);
  const file = createSealedFile(join(config.dataDirectory, "detection.snapshot"), masterKey, "detection snapshot");
  const begun = await beginDetection(file, opened, (why) =>
    logger.warn(
      { why: why instanceof Error ? why.message : why },
      "the detection snapshot cannot be used; replaying the journal",
    ),
  );
  const { engine, holds, heldDecisions } = begun;
  let live: LiveDetection | undefined;
  const journal = heardJournal(opened.journal, (record) => live?.hear(record));
  const store: Store = { ...opened, journal };
  const { messages } = store;
  const directory = createDirectory();
  const book = createPolicyBook();
  const guard = createAddressGuard({ allowPrivateNetworks: config.allowPrivateCallbacks });
  const exchange = createHttpExchange();
  const guardedExchange = createHttpExchange({ guard });
  let publicUrl = config.publicUrl;

  const sandbox = createSandboxNetwork({
    now,
    async onReport(report) {
      const message = await messages.findById(report.message);
      if (message !== undefined) await feedback.delivered(message, report);
    },
  });
  const providers = createProviderTable({ seal, exchange, guardedExchange, sandbox, directory });
  const views: readonly LiveView[] = [directory, book, engineView(engine), providers];
  const apply = (record: JournalRecord): void => {
    for (const view of views) view.apply(record);
  };
  const changes: Changes = {
    async commit(records) {
      await journal.append(records);
      for (const record of records) apply(record);
    },
  };
  for (const record of await keptState(store)) apply(record);
  const replayed = await replayJournal(
    begun,
    store,
    directory.accounts().map(({ id }) => id),
    (account, stamp, at) => {
      const levels = levelsOfStamp({ book, directory, engine }, account, stamp, at);
      return typeof levels === "string" ? undefined : compilePolicy(levels);
    },
  );
  if (replayed.differing > 0)
    logger.warn(replayed, "recorded decisions come out differently now; what was recorded stands");
  const incidents = createIncidents({
    store,
    engine,
    directory,
    now,
    warn: (facts, text) => logger.warn(facts, text),
    onFault,
  });
  await incidents.start();
  const savedSequence = begun.sequence === 0 ? -1 : begun.sequence;
  const detection = createLiveDetection({
    journal,
    engine,
    holds,
    heldDecisions,
    file,
    savedSequence,
    incidents,
    now,
    onFault,
  });
  live = detection;

  const renderers = [
    createTwilioNoticeRenderer({ seal, keys: directory }),
    createCmNoticeRenderer(),
    createNativeNoticeRenderer({ seal }),
  ];
  const notices = createNoticeQueue({ store, directory, renderers, exchange: guardedExchange, now, onFault });
  const outcomes = createOutcomes({ store });
  const feedback = createFeedback({
    journal,
    outcomes,
    messages,
    directory,
    now,
    noticesQueued: notices.wake,
  });
  const prices = createPriceList(config.exchangeRates);
  const held = new HeldMessages(now);
  const screening = createScreening({
    journal,
    engine,
    held,
    policyFor({ principal: { account, key }, originator, policy }) {
      const choice = choosePolicy({ account, key, originator, requested: policy });
      // A dialect that lets clients name a policy has refused a wrong name before; here the account's own holds.
      return choice.ok ? choice.policy : account.defaultPolicy;
    },
    providers,
    prices,
    callbackUrl(connector, message) {
      const provider = providers.provider(connector.id);
      return provider === undefined ? undefined : callbackUrlFor(provider, message, publicUrl);
    },
    now,
    noticesQueued: notices.wake,
  });

  const operatorSecret = mintOperatorSecret();
  const authenticator = limitFailedAttempts(
    createAuthenticator(directory, { operatorSecretHash: hashCredential(operatorSecret) }),
  );
  const clientAddress = createClientAddress(config.trustedProxies);
  const urlProblem = (url: string): string | undefined => {
    const checked = guard.check(url);
    return checked.ok ? undefined : checked.problem;
  };
  const services = { directory, changes, seal, urlProblem, serially: createSerially(), book };
  const idempotentRequests = createIdempotentRequests(store, seal);
  const native = nativeRoutes({
    authenticator,
    directory,
    idempotentRequests,
    onFault,
    screening,
    explain: explainInEnglish,
    journal,
    engine,
    prices,
    heldDecisions,
  });
  const api = await createApi({
    ...services,
    authenticator,
    clientAddress,
    now,
    store,
    idempotentRequests,
    explain: explainInEnglish,
    native,
    ...(config.sandbox ? { sandbox } : {}),
    plugins: [
      policyRoutes({ ...services, engine }),
      explanationRoutes({ book, directory, engine, store, explain: explainInEnglish }),
      journalRoutes({ journal, explain: explainInEnglish }),
      eventRoutes(outcomes),
      verifiedRoutes({ store, changes }),
      incidentRoutes({ store, engine, changes, incidents }),
      providerRoutes({
        ...services,
        providers,
        test: (provider) => testProvider(provider, { seal, exchange, guardedExchange }, guard),
        reportUrl: (provider) => (publicUrl === undefined ? undefined : reportUrl(provider, publicUrl)),
      }),
    ],
    version: VERSION,
    ready: () => journal.writable,
    onFault,
  });
  await api.ready();

  const listener = createListener({
    dialects: [
      native,
      createTwilioDialect({ authenticator, screening, messages, feedback }),
      createCmDialect({ authenticator, screening, messages, feedback, explain: explainInEnglish }),
      createReportDialect({ providers, seal, messages, feedback, publicUrl: () => publicUrl, now }),
    ],
    api,
    clientAddress,
    tls: config.tls,
    now,
    onFault,
  });

  if (config.sandbox && providers.provider(SANDBOX_ID) === undefined) {
    const at = now();
    await changes.commit([
      { type: "provider_saved", at, actor: { type: "operator", name: "start" }, provider: sandboxProvider(at) },
    ]);
  }
  const settled = await settleUnresolved(store, now());
  if (settled > 0)
    logger.warn(
      { messages: settled },
      "submissions were cut off by the last stop; they are in doubt and not sent again",
    );
  await settleHeld(holds.list(), journal, directory, now());
  detection.start();
  notices.start();
  const retention = setInterval(() => void store.retain(now()).catch(onFault), RETENTION_INTERVAL_MS);
  retention.unref();

  return {
    api,
    listener,
    store,
    directory,
    services,
    operatorSecret,
    sendingProviders: () => providers.providers().flatMap(({ id, kind }) => (kind === "sandbox" ? [] : [id])),
    setPublicUrl(url) {
      publicUrl ??= url;
    },
    engine,
    incidents,
    now,
    async close() {
      clearInterval(retention);
      held.close();
      await stopListening(listener);
      sandbox.close();
      await notices.close();
      await api.close();
      await providers.close();
      await Promise.all([exchange.close(), guardedExchange.close()]);
      detection.stop();
      await incidents.close();
      await detection.save().catch(onFault);
      await store.close();
    },
  };
}

async function openStore(config: Config, onFault: (failure: unknown) => void) {
  const { dataDirectory: directory } = config;
  // A key made now would not open what another one closed.
  const isNew = !existsSync(join(directory, "journal.db"));
  makeDirectory(directory);
  const masterKey = loadMasterKey({ directory, configured: config.masterKey, create: config.mode === "dev" && isNew });
  return { store: await openSqliteStore({ directory, masterKey, onFault }), masterKey };
}

/** What is kept of accounts, keys, policies, providers and routes, as the records that would say it. */
async function keptState(store: Store): Promise<readonly JournalRecord[]> {
  const actor = { type: "operator", name: "start" } as const;
  const at = 0 as EpochMilliseconds;
  const [accounts, keys, revisions, providers, routes] = await Promise.all([
    store.accounts.all(),
    store.keys.all(),
    store.revisions.all(),
    store.providers.all(),
    store.routes.all(),
  ]);
  return [
    ...accounts.map((account) => ({ type: "account_saved", at, actor, account }) as const),
    ...keys.map((key) => ({ type: "key_saved", at, actor, key }) as const),
    ...revisions.map((revision) => ({ type: "revision_saved", at, actor, revision }) as const),
    ...providers.map((provider) => ({ type: "provider_saved", at, actor, provider }) as const),
    ...routes.map((table) => ({ type: "routes_saved", at, actor, routes: table }) as const),
  ];
}

/** The engine follows accounts and revisions. */
function engineView(engine: Engine): LiveView {
  return {
    apply(record) {
      if (record.type === "account_saved") {
        const { id, parent } = record.account;
        engine.apply({ type: "account_placed", account: id, parent });
      } else if (record.type === "revision_saved") {
        const { account, policy, number, state, from, until, document, numberingTable } = record.revision;
        engine.apply({ type: "revision_put", account, policy, number, state, from, until, document, numberingTable });
      }
    },
  };
}

function stopListening(listener: Server): Promise<void> {
  if (!listener.listening) return Promise.resolve();
  return new Promise((resolve) => {
    listener.close(() => resolve());
    listener.closeIdleConnections();
  });
}
