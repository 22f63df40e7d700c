import type { Server } from "node:http";
import { join } from "node:path";
import { type AccountId, compilePolicy, type Engine, type EpochMilliseconds } from "@safeguard/core";
import type { FastifyInstance } from "fastify";
import type { AccountServiceDeps } from "./accounts/account-services.ts";
import { createAuthenticator } from "./accounts/create-authenticator.ts";
import { createDirectory } from "./accounts/create-directory.ts";
import type { Directory } from "./accounts/directory.ts";
import { limitFailedAttempts } from "./accounts/failed-attempts.ts";
import { hashCredential, mintOperatorSecret } from "./accounts/mint-key.ts";
import { createSerially } from "./accounts/serially.ts";
import { alertRoutes } from "./alerts/alert-routes.ts";
import { createAlerting } from "./alerts/alerting.ts";
import { confirmRoutes } from "./alerts/confirm-routes.ts";
import { createConfirmationLinks } from "./alerts/confirmation-link.ts";
import { createAlertTeller } from "./alerts/render-alert.ts";
import { createAlertSettingsBook } from "./alerts/settings-book.ts";
import { createApi } from "./api/app.ts";
import { createClientAddress } from "./api/client-address.ts";
import { createIdempotentRequests } from "./api/idempotency.ts";
import { auditRoutes } from "./audit/audit-routes.ts";
import { auditedJournal } from "./audit/audited-journal.ts";
import type { Changes, LiveView } from "./changes.ts";
import { VERSION } from "./cli/version.ts";
import { createClock } from "./clock.ts";
import type { Config } from "./config/config.ts";
import { consoleDirectory } from "./console/build-console.ts";
import { explainInEnglish } from "./decisions/explain-in-english.ts";
import { explanationRoutes } from "./decisions/explanation-routes.ts";
import { journalRoutes } from "./decisions/journal-routes.ts";
import { levelsOfStamp } from "./decisions/recompute-decision.ts";
import { createClockWatch } from "./degraded/clock-watch.ts";
import { createMissingParts } from "./degraded/missing-parts.ts";
import { detectionPreviewRoutes } from "./detection/detection-preview.ts";
import { createLiveDetection, type LiveDetection } from "./detection/live-detection.ts";
import { pastTrafficRoutes } from "./detection/past-traffic/past-traffic-routes.ts";
import { beginDetection, replayJournal } from "./detection/restore-detection.ts";
import { createTrialTraffic } from "./detection/trial-traffic.ts";
import { callbackUrlFor, reportUrl } from "./gateway/feedback/callback-url.ts";
import { eventRoutes } from "./gateway/feedback/event-routes.ts";
import { createNativeNoticeRenderer } from "./gateway/feedback/native-notice-renderer.ts";
import { createNoticeQueue } from "./gateway/feedback/notice-queue.ts";
import { createPausedReceivers } from "./gateway/feedback/paused-receivers.ts";
import { createFeedback } from "./gateway/feedback/record-feedback.ts";
import { createOutcomes } from "./gateway/feedback/report-outcomes.ts";
import { createReportDialect } from "./gateway/feedback/report-routes.ts";
import { verifiedRoutes } from "./gateway/feedback/verified-routes.ts";
import { HeldMessages } from "./gateway/held-messages.ts";
import { Admission, watchLag } from "./gateway/inbound/admission.ts";
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
import { createCeilingAlerts } from "./limits/ceiling-alerts.ts";
import { limitRoutes } from "./limits/limit-routes.ts";
import { createListener } from "./listener.ts";
import { choosePolicy } from "./policies/choose-policy.ts";
import { impactRoutes } from "./policies/impact-routes.ts";
import { createPolicyBook } from "./policies/policy-book.ts";
import { policyRoutes } from "./policies/policy-routes.ts";
import type { PolicyServiceDeps } from "./policies/policy-services.ts";
import { proposalRoutes } from "./policies/proposal-routes.ts";
import { priceRoutes } from "./prices/price-routes.ts";
import { createPriceTable, type PriceEntry } from "./prices/price-table.ts";
import { providerRoutes } from "./providers/provider-routes.ts";
import { sandboxAttackRoutes } from "./sandbox/sandbox-attack-routes.ts";
import { SANDBOX_ID, sandboxProvider } from "./sandbox-provider.ts";
import { libraryRoutes } from "./sign-in/library-routes.ts";
import { membershipsOf } from "./sign-in/session-principal.ts";
import { createSessionProof } from "./sign-in/session-proof.ts";
import { createSignIn } from "./sign-in/sign-in.ts";
import { createSignInLinks, LINK_GOOD_FOR_MS } from "./sign-in/sign-in-links.ts";
import { signInRoutes } from "./sign-in/sign-in-routes.ts";
import { createSeal } from "./store/create-seal.ts";
import { heardJournal } from "./store/heard-journal.ts";
import type { JournalRecord } from "./store/journal-record.ts";
import { makeDirectory } from "./store/make-directory.ts";
import { deriveKey, loadMasterKey, type MasterKey } from "./store/master-key.ts";
import { openStore, storeKnownIn } from "./store/open-store.ts";
import { openPeopleDatabase } from "./store/people-database.ts";
import { createSealedFile, type SealedFile } from "./store/sealed-file.ts";
import type { Store } from "./store/store.ts";
import { createLogger, type Logger } from "./telemetry/logger.ts";
import { createMeter } from "./telemetry/meter.ts";
import { meteredJournal } from "./telemetry/metered-journal.ts";
import { Metrics } from "./telemetry/metrics.ts";
import { webhookRoutes } from "./webhooks/webhook-routes.ts";

/** The whole product, put together and not yet listening. */
export interface Safeguard {
  readonly api: FastifyInstance;
  readonly listener: Server;
  /** Says something in the log. */
  warn(failure: Error, text: string): void;
  /** Of the link by which the first person comes in; undefined: somebody has a login. */
  setupPath(): Promise<string | undefined>;
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

/** Webhooks from before a restart that metrics count at most. */
const WAITING_SEEN = 100_000;
/** How often what is older than its retention is removed. */
const RETENTION_INTERVAL_MS = 60 * 60 * 1000;

/**
 * The composition root: the only place that knows how the parts are put together. Takes the data folder's lock, brings the
 * state into memory, and settles what a crash left open, before anything can be asked of it. `wall`: the time of day; the
 * system's, where nothing else is said. `create`: make a store where there is none.
 */
export async function openSafeguard(config: Config, wall?: () => number, create = true): Promise<Safeguard> {
  const logger = createLogger(config.logLevel);
  const onFault = (failure: unknown, request?: string): void =>
    logger.error(
      { err: failure instanceof Error ? { name: failure.name, message: failure.message } : failure, request },
      "fault",
    );
  const { store, masterKey } = await openConfigured(config, create, onFault);
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
  const metrics = new Metrics();
  const heard = heardJournal(meteredJournal(opened.journal, metrics), (record) => {
    live?.hear(record);
    ceilings.hear(record);
    missing.hear(record);
    meter.hear(record);
    alerting.hear(record);
  });
  const journal = auditedJournal(heard, await opened.audit.head(), {
    account: (id) => directory.account(id),
    key: (id) => directory.key(id),
    member: (id) => directory.member(id),
    provider: (id) => providers.provider(id),
    routes: (account) => providers.routesOf(account),
    alertSettings: (account) => alertSettings.of(account),
    revision: ({ account, policy, number, createdAt }) =>
      book.revision(account, policy, number) ?? book.inForce(account, policy, createdAt),
  });
  const store: Store = { ...opened, journal };
  const { messages } = store;
  const directory = createDirectory();
  const clockWatch = createClockWatch(wall);
  clockWatch.start();
  const missing = createMissingParts({ writable: () => opened.journal.writable, clockMoved: clockWatch.moved });
  const meter = createMeter({
    metrics,
    engine,
    directory,
    accounts: config.metrics.accounts,
    writable: () => opened.journal.writable,
    requests: () => admission.underWay,
    held: () => holds.list().length,
    degradedParts: () => missing.list(now()),
    now,
  });
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
  const alertSettings = createAlertSettingsBook();
  const paused = createPausedReceivers();
  const views: readonly LiveView[] = [directory, book, engineView(engine), providers, alertSettings, paused];
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
  const ceilings = createCeilingAlerts({ engine, directory });
  const alerting = createAlerting({
    store,
    changes,
    settings: alertSettings,
    directory,
    book,
    uses: (account, provider) =>
      providers.routesOf(account)?.routes.some((route) => route.providers.includes(provider)) === true,
    degraded: missing,
    now,
    onFault,
  });
  const incidents = createIncidents({
    store,
    ceilings,
    sources: [alerting],
    noticesFor: alerting.noticesFor,
    noticesQueued: () => notices.wake(),
    engine,
    directory,
    now,
    warn: (facts, text) => logger.warn(facts, text),
    onFault,
  });
  await incidents.start();
  await alerting.start(incidents);
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
  const links = createConfirmationLinks({ seal, publicUrl: () => publicUrl });
  const notices = createNoticeQueue({
    store,
    directory,
    renderers,
    alerts: createAlertTeller({ settings: alertSettings, seal, links }),
    paused,
    onGivenUp: alerting.givenUp,
    exchange: guardedExchange,
    now,
    onFault,
  });
  const trial = createTrialTraffic({ directory, engine });
  const counts = (account: AccountId, key: string): boolean =>
    trial.counts(account, directory.key(key)?.mode ?? "live");
  const outcomes = createOutcomes({ store, counts });
  const feedback = createFeedback({
    journal,
    outcomes,
    messages,
    directory,
    counts,
    now,
    noticesQueued: notices.wake,
  });
  const prices = createPriceTable(config.exchangeRates);
  const priceFile = createSealedFile(join(config.dataDirectory, "prices.sealed"), masterKey, "prices");
  prices.replace(await readPrices(priceFile));
  const held = new HeldMessages(now);
  const screening = createScreening({
    journal,
    engine,
    held,
    trial,
    isSuspended: (account) => directory.isSuspended(account),
    policyFor({ principal: { account, key }, originator, policy }) {
      const choice = choosePolicy({ account, key, originator, requested: policy });
      // A dialect that lets clients name a policy has refused a wrong name before; here the account's own holds.
      return choice.ok ? choice.policy : account.defaultPolicy;
    },
    providers,
    prices,
    contentOf: (text) => seal.hash(text, "content"),
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
  const services = {
    directory,
    changes,
    seal,
    urlProblem,
    serially: createSerially(),
    book,
    trialEnds: trial.ends,
  };
  const people = openPeopleDatabase(config.dataDirectory, config.database?.address);
  const signIn = await createSignIn({
    database: people,
    secret: deriveKey(masterKey, "sign-in").toString("hex"),
    secureCookies: config.tls !== undefined || config.publicUrl?.startsWith("https:") === true,
    publicUrl: config.publicUrl,
    oidc: config.oidc,
    isMember: (email) => membershipsOf(directory, email).length > 0,
  });
  const signInLinks = createSignInLinks(seal);
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
    trial,
  });
  const api = await createApi({
    ...services,
    authenticator,
    sessions: createSessionProof(signIn, directory),
    clientAddress,
    now,
    store,
    idempotentRequests,
    explain: explainInEnglish,
    native,
    ...(config.sandbox ? { sandbox } : {}),
    plugins: [
      libraryRoutes({ signIn, clientAddress, publicUrl: () => config.publicUrl }),
      signInRoutes({
        ...services,
        signIn,
        links: signInLinks,
        identityProvider: config.oidc?.name,
        sandbox: config.sandbox,
        version: VERSION,
        now,
      }),
      policyRoutes({ ...services, engine }),
      impactRoutes({ ...services, engine, store }),
      proposalRoutes(services),
      auditRoutes({ store, directory, changes }),
      explanationRoutes({ book, directory, engine, store, explain: explainInEnglish }),
      journalRoutes({ journal, explain: explainInEnglish }),
      eventRoutes(outcomes),
      verifiedRoutes({ store, changes }),
      limitRoutes({ engine }),
      priceRoutes({
        prices,
        changes,
        save: (entries) => priceFile.write(Buffer.from(JSON.stringify(entries))),
      }),
      incidentRoutes({ store, engine, changes, incidents, explain: explainInEnglish }),
      ...(config.sandbox ? [sandboxAttackRoutes({ screening, trial, now })] : []),
      alertRoutes({ ...services, settings: alertSettings, hasMail: false, alerting, paused }),
      confirmRoutes({ store, engine, changes, incidents, directory, links, now }),
      webhookRoutes({ store, changes, paused, settings: alertSettings, noticesQueued: notices.wake }),
      pastTrafficRoutes({ engine, changes, trial }),
      detectionPreviewRoutes({ engine, explain: explainInEnglish }),
      providerRoutes({
        ...services,
        providers,
        test: (provider) => testProvider(provider, { seal, exchange, guardedExchange }, guard),
        reportUrl: (provider) => (publicUrl === undefined ? undefined : reportUrl(provider, publicUrl)),
      }),
    ],
    console: { directory: consoleDirectory() },
    version: VERSION,
    missing: missing.notReady,
    metrics: { scrape: meter.scrape, token: config.metrics.token, isOpenHere: config.mode === "dev" },
    onFault,
  });
  await api.ready();

  const admission = new Admission({ capacity: config.maxRequests });
  const stopWatchingLag = watchLag(admission);
  const listener = createListener({
    dialects: [
      native,
      createTwilioDialect({ authenticator, screening, messages, feedback }),
      createCmDialect({ authenticator, screening, messages, feedback, explain: explainInEnglish }),
      createReportDialect({ providers, seal, messages, feedback, publicUrl: () => publicUrl, now }),
    ],
    api,
    admission,
    onAnswered(dialect, status, seconds) {
      metrics.observe("safeguard_request_seconds", { dialect }, seconds);
      metrics.count("safeguard_requests_total", { dialect, status: `${Math.floor(status / 100)}xx` });
    },
    onRefused: (reason) => metrics.count("safeguard_requests_refused_total", { reason }),
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
  meter.begin((await store.notices.due(Number.MAX_SAFE_INTEGER as EpochMilliseconds, WAITING_SEEN)).length);
  notices.start();
  const retention = setInterval(() => void store.retain(now()).catch(onFault), RETENTION_INTERVAL_MS);
  retention.unref();

  return {
    api,
    listener,
    warn: (failure, text) => logger.warn({ why: failure.message }, text),
    async setupPath() {
      if (await signIn.hasAnybody()) return undefined;
      return signInLinks.pathFor({ type: "setup", until: now() + LINK_GOOD_FOR_MS.setup });
    },
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
      alerting.stop();
      clockWatch.stop();
      meter.stop();
      stopWatchingLag();
      await incidents.close();
      await detection.save().catch(onFault);
      await people.close();
      await store.close();
    },
  };
}

async function openConfigured(config: Config, create: boolean, onFault: (failure: unknown) => void) {
  const { dataDirectory: directory, database } = config;
  // A key made now would not open what another one closed.
  const isNew = !storeKnownIn(directory);
  makeDirectory(directory);
  const masterKey = loadMasterKey({ directory, configured: config.masterKey, create: config.mode === "dev" && isNew });
  return { store: await openStore({ directory, database, masterKey, create, onFault }), masterKey };
}

/** What was imported of prices. */
async function readPrices(file: SealedFile): Promise<readonly PriceEntry[]> {
  const content = await file.read();
  return content === undefined ? [] : (JSON.parse(content.toString("utf8")) as readonly PriceEntry[]);
}

/** What is kept of accounts, keys, policies, providers and routes, as the records that would say it. */
async function keptState(store: Store): Promise<readonly JournalRecord[]> {
  const actor = { type: "operator", name: "start" } as const;
  const at = 0 as EpochMilliseconds;
  const [accounts, keys, members, revisions, providers, routes, alertSettings, receivers] = await Promise.all([
    store.accounts.all(),
    store.keys.all(),
    store.members.all(),
    store.revisions.all(),
    store.providers.all(),
    store.routes.all(),
    store.alertSettings.all(),
    store.pausedReceivers.all(),
  ]);
  return [
    ...accounts.map((account) => ({ type: "account_saved", at, actor, account }) as const),
    ...members.map((member) => ({ type: "member_saved", at, actor, member }) as const),
    ...keys.map((key) => ({ type: "key_saved", at, actor, key }) as const),
    ...revisions.map((revision) => ({ type: "revision_saved", at, actor, revision }) as const),
    ...providers.map((provider) => ({ type: "provider_saved", at, actor, provider }) as const),
    ...routes.map((table) => ({ type: "routes_saved", at, actor, routes: table }) as const),
    ...alertSettings.map((settings) => ({ type: "alert_settings_saved", at, actor, settings }) as const),
    ...receivers,
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
