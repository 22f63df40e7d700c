import type { Server } from "node:http";
import { join } from "node:path";
import { type AccountId, compilePolicy, type Engine, type EpochMilliseconds } from "@safeguard/core";
import type { FastifyInstance } from "fastify";
import type { AccountServiceDeps } from "./accounts/account-services.ts";
import { createAuthenticator } from "./accounts/create-authenticator.ts";
import { createDirectory } from "./accounts/create-directory.ts";
import type { Directory } from "./accounts/directory.ts";
import { limitFailedAttempts } from "./accounts/failed-attempts.ts";
import { keyUseRoutes } from "./accounts/key-use-routes.ts";
import { countKeyUses, KeyUses } from "./accounts/key-uses.ts";
import { hashCredential, mintOperatorSecret } from "./accounts/mint-key.ts";
import { createSerially } from "./accounts/serially.ts";
import { tellUses } from "./accounts/tell-uses.ts";
import { alertRoutes } from "./alerts/alert-routes.ts";
import { createAlerting } from "./alerts/alerting.ts";
import { confirmRoutes } from "./alerts/confirm-routes.ts";
import { createConfirmationLinks } from "./alerts/confirmation-link.ts";
import { RecentlyTold } from "./alerts/recently-told.ts";
import { createAlertTeller } from "./alerts/render-alert.ts";
import { createAlertSettingsBook } from "./alerts/settings-book.ts";
import { createSmtpMail } from "./alerts/smtp-mail.ts";
import { createApi } from "./api/app.ts";
import { createClientAddress } from "./api/client-address.ts";
import type { ForbiddenRequest } from "./api/forbidden-request.ts";
import { createIdempotentRequests } from "./api/idempotency.ts";
import { createActApprovals } from "./approvals/act-approvals.ts";
import { actRoutes } from "./approvals/act-routes.ts";
import { performAct } from "./approvals/perform-act.ts";
import { auditRoutes } from "./audit/audit-routes.ts";
import { auditedJournal } from "./audit/audited-journal.ts";
import { backtestRoutes } from "./backtests/backtest-routes.ts";
import { Backtests } from "./backtests/backtests.ts";
import { brandRoutes } from "./brand/brand-routes.ts";
import { createBrands } from "./brand/brands.ts";
import type { Changes, LiveView } from "./changes.ts";
import { VERSION } from "./cli/version.ts";
import { createClock } from "./clock.ts";
import type { Config } from "./config/config.ts";
import { failpoint } from "./config/failpoint.ts";
import { consoleDirectory } from "./console/build-console.ts";
import { customerRoutes } from "./customers/customer-routes.ts";
import { explainInEnglish } from "./decisions/explain-in-english.ts";
import { explanationRoutes } from "./decisions/explanation-routes.ts";
import { journalRoutes } from "./decisions/journal-routes.ts";
import { levelsOfStamp } from "./decisions/recompute-decision.ts";
import { createRevealAllowance } from "./decisions/reveal-allowance.ts";
import { createClockWatch } from "./degraded/clock-watch.ts";
import { createMissingParts } from "./degraded/missing-parts.ts";
import { budgetRoutes } from "./detection/budget-routes.ts";
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
import { FairQueue } from "./gateway/inbound/fair-queue.ts";
import { lookedAtRoutes } from "./gateway/inbound/native/looked-at-routes.ts";
import { nativeRoutes } from "./gateway/inbound/native/native-routes.ts";
import { waitingRoutes } from "./gateway/inbound/native/waiting-routes.ts";
import { createTwilioDialect } from "./gateway/inbound/twilio/twilio-dialect.ts";
import { createTwilioNoticeRenderer } from "./gateway/inbound/twilio/twilio-notice.ts";
import { createWhoseRequest } from "./gateway/inbound/whose-request.ts";
import { createOnceByReference } from "./gateway/once-by-reference.ts";
import { createAddressGuard, type UrlCheck } from "./gateway/outbound/address-guard.ts";
import { createHttpExchange } from "./gateway/outbound/http-exchange.ts";
import { testProvider } from "./gateway/outbound/provider-check.ts";
import { createProviderTable } from "./gateway/outbound/provider-table-live.ts";
import { createSandboxNetwork } from "./gateway/outbound/sandbox/sandbox-network.ts";
import type { ScreeningParts } from "./gateway/screening/screening-parts.ts";
import { createScreening } from "./gateway/screening.ts";
import { settleHeld } from "./gateway/settle-held.ts";
import { settleUnresolved } from "./gateway/settle-unresolved.ts";
import { createSubmissionQueue, type SubmissionQueue } from "./gateway/submissions/submission-queue.ts";
import { createThrottle } from "./gateway/submissions/throttle.ts";
import { createIncidents } from "./incidents/create-incidents.ts";
import { incidentRoutes } from "./incidents/incident-routes.ts";
import type { Incidents } from "./incidents/incidents.ts";
import { installationRoutes } from "./installation/installation-routes.ts";
import { createCeilingAlerts } from "./limits/ceiling-alerts.ts";
import { fittingRoutes } from "./limits/fitting-routes.ts";
import { limitRoutes } from "./limits/limit-routes.ts";
import { createListener } from "./listener.ts";
import { choosePolicy } from "./policies/choose-policy.ts";
import { impactRoutes } from "./policies/impact-routes.ts";
import { createPolicyBook } from "./policies/policy-book.ts";
import { policyRoutes } from "./policies/policy-routes.ts";
import type { PolicyServiceDeps } from "./policies/policy-services.ts";
import { proposalRoutes } from "./policies/proposal-routes.ts";
import { revisionSinceStart } from "./policies/revision-since-start.ts";
import { createExchange } from "./prices/exchange.ts";
import { knownPriceRoutes } from "./prices/known-price-routes.ts";
import { priceRoutes } from "./prices/price-routes.ts";
import { createPriceTable, type PriceEntry } from "./prices/price-table.ts";
import { createErasing } from "./privacy/erase-number.ts";
import { createPendingErasures } from "./privacy/pending-erasure.ts";
import { privacyRoutes } from "./privacy/privacy-routes.ts";
import { resumeErasure } from "./privacy/resume-erasure.ts";
import { providerRoutes } from "./providers/provider-routes.ts";
import { rolloutRoutes } from "./rollouts/rollout-routes.ts";
import { createRollouts } from "./rollouts/rollouts.ts";
import { sandboxAttackRoutes } from "./sandbox/sandbox-attack-routes.ts";
import { SANDBOX_ID, sandboxProvider } from "./sandbox-provider.ts";
import { createSendingHold, noticesAbove, type SendingHold } from "./sending/sending-hold.ts";
import { sendingRoutes } from "./sending/sending-routes.ts";
import type { ProviderRefusal } from "./sign-in/identity-provider-checks.ts";
import { createLeakedPasswords } from "./sign-in/leaked-passwords.ts";
import { libraryRoutes } from "./sign-in/library-routes.ts";
import { membershipsOf } from "./sign-in/session-principal.ts";
import { createSessionProof } from "./sign-in/session-proof.ts";
import { createSignIn } from "./sign-in/sign-in.ts";
import { createSignInLinks, LINK_GOOD_FOR_MS } from "./sign-in/sign-in-links.ts";
import { signInRoutes } from "./sign-in/sign-in-routes.ts";
import { createPasswordCheck } from "./sign-in/weak-password.ts";
import { stopListening } from "./stop-listening.ts";
import { createSeal } from "./store/create-seal.ts";
import { markRestored } from "./store/data-place.ts";
import { heardJournal } from "./store/heard-journal.ts";
import type { JournalRecord } from "./store/journal-record.ts";
import { makeDirectory } from "./store/make-directory.ts";
import { deriveKey, loadMasterKey } from "./store/master-key.ts";
import { openStore, storeKnownIn } from "./store/open-store.ts";
import { openPeopleDatabase } from "./store/people-database.ts";
import { createSealedFile, type SealedFile } from "./store/sealed-file.ts";
import type { Store } from "./store/store.ts";
import { createLogger, type Logger } from "./telemetry/logger.ts";
import { createMeter } from "./telemetry/meter.ts";
import { meteredJournal } from "./telemetry/metered-journal.ts";
import { Metrics } from "./telemetry/metrics.ts";
import { liveRoutes } from "./traffic/live-routes.ts";
import { LiveTraffic } from "./traffic/live-traffic.ts";
import { createQuestionGate } from "./usage/question-gate.ts";
import { rangeUsageRoutes } from "./usage/range-usage-routes.ts";
import { verificationRoutes } from "./usage/verification-routes.ts";
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
  /** Whether what waited before this start may be sent. */
  readonly sending: SendingHold;
  readonly incidents: Incidents;
  now(): EpochMilliseconds;
  close(): Promise<void>;
}

/** Webhooks from before a restart that metrics count at most. */
const WAITING_SEEN = 100_000;
/** What is under way when the server is stopped may take so long. */
const STOP_MS = 10_000;
/** So much longer its answers. */
const LAST_ANSWERS_MS = 1_000;
/** The same refused request is logged again so much later. */
const FORBIDDEN_AGAIN_MS = 60_000;
const PROVIDER_REFUSED: Readonly<Record<ProviderRefusal["reason"], string>> = {
  issuer_mismatch:
    "nobody can sign in by the identity provider: its metadata name another issuer than SAFEGUARD_OIDC_ISSUER; set it right here or there, and start this server again",
  not_strong_enough:
    "somebody could not sign in by the identity provider: the ID token does not say what SAFEGUARD_OIDC_ACR or SAFEGUARD_OIDC_AMR wants",
};
/** How often what is older than its retention is removed. */
const RETENTION_INTERVAL_MS = 60 * 60 * 1000;
/** How often the use of keys is written down, where there was any. */
const KEY_USES_INTERVAL_MS = 60_000;

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
  const store = await openConfigured(config, create, onFault);
  try {
    return await compose(config, store, logger, onFault, wall);
  } catch (failure) {
    await store.close();
    throw failure;
  }
}

async function compose(
  config: Config,
  opened: Store,
  logger: Logger,
  onFault: (failure: unknown, request?: string) => void,
  wall: (() => number) | undefined,
): Promise<Safeguard> {
  const now = createClock(wall);
  let stopping = false;
  const { rootKey } = opened;
  const seal = createSeal(rootKey);
  const file = createSealedFile(join(config.dataDirectory, "detection.snapshot"), rootKey, "detection snapshot");
  const begun = await beginDetection(file, opened, (why) =>
    logger.warn(
      { why: why instanceof Error ? why.message : why },
      "the detection snapshot cannot be used; replaying the journal",
    ),
  );
  const { engine, holds, heldDecisions } = begun;
  const pendingErasures = createPendingErasures(
    createSealedFile(join(config.dataDirectory, "erasure.sealed"), rootKey, "pending erasure"),
  );
  // Before the journal is replayed: it must say the same as what was remembered.
  const pendingErasure = await pendingErasures.read();
  if (pendingErasure !== undefined) await resumeErasure(pendingErasure, opened, begun);
  let live: LiveDetection | undefined;
  let queue: SubmissionQueue | undefined;
  let traffic: LiveTraffic | undefined;
  const metrics = new Metrics();
  const backtests = new Backtests({ ...config.backtests, now, onFault });
  const heard = heardJournal(meteredJournal(opened.journal, metrics), (record) => {
    live?.hear(record);
    ceilings.hear(record);
    missing.hear(record);
    meter.hear(record);
    alerting.hear(record);
    queue?.hear(record);
    traffic?.hear(record);
    backtests.hear(record);
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
  traffic = new LiveTraffic(journal, explainInEnglish);
  const { messages } = store;
  const directory = createDirectory();
  const clockWatch = createClockWatch(wall);
  clockWatch.start();
  const missing = createMissingParts({
    writable: () => opened.journal.writable,
    clockMoved: clockWatch.moved,
    sendingHeld: () => sending.held() !== undefined,
  });
  const meter = createMeter({
    metrics,
    engine,
    directory,
    accounts: config.metrics.accounts,
    writable: () => opened.journal.writable,
    requests: () => admission.underWay,
    held: () => holds.list().length,
    waiting: () => queue?.count() ?? 0,
    degradedParts: () => missing.list(now()),
    now,
  });
  const book = createPolicyBook();
  const httpsOnly = config.requireTls;
  const guard = createAddressGuard({
    allowPrivateNetworks: config.allowPrivateCallbacks,
    httpsOnly,
    ...(config.callbackHosts !== undefined && { hosts: config.callbackHosts }),
  });
  // (the operator's own addresses may be anywhere)
  const ownGuard = httpsOnly ? createAddressGuard({ allowPrivateNetworks: true, httpsOnly }) : undefined;
  const exchange = createHttpExchange(ownGuard === undefined ? {} : { guard: ownGuard });
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
  const brands = createBrands(directory);
  const views: readonly LiveView[] = [directory, book, engineView(engine), providers, alertSettings, paused, brands];
  /** Those that need the services, which need what stands above. */
  const lateViews: LiveView[] = [];
  const apply = (record: JournalRecord): void => {
    for (const view of views) view.apply(record);
    for (const view of lateViews) view.apply(record);
  };
  const changes: Changes = {
    async commit(records) {
      await journal.append(records);
      for (const record of records) apply(record);
    },
  };
  const applyKept = async (): Promise<void> => {
    for (const record of await keptState(store)) {
      if (record.type !== "revision_saved") apply(record);
      else apply({ ...record, revision: revisionSinceStart(record.revision, now()) });
    }
  };
  await applyKept();
  const sending = createSendingHold({ store, changes });
  const replayed = await replayJournal(
    begun,
    store,
    directory.accounts().map(({ id }) => id),
    (account, stamp, at) => {
      const levels = levelsOfStamp({ book, directory, engine }, account, stamp, at);
      return typeof levels === "string" ? undefined : compilePolicy(levels);
    },
  );
  failpoint("after-journal-replay");
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
    store: { ...store, notices: noticesAbove(store.notices, sending) },
    directory,
    renderers,
    alerts: createAlertTeller({
      settings: alertSettings,
      seal,
      links,
      ...(config.mail !== undefined && { mail: createSmtpMail(config.mail) }),
    }),
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
  const priceFile = createSealedFile(join(config.dataDirectory, "prices.sealed"), rootKey, "prices");
  prices.replace(await readPrices(priceFile));
  const held = new HeldMessages(now);
  const throttle = createThrottle(now);
  const screeningParts: ScreeningParts = {
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
  };
  const submissions = createSubmissionQueue({
    ...screeningParts,
    store,
    directory,
    throttle,
    above: sending.above,
    most: config.maxWaiting,
    heldNow: () => holds.size,
    random: Math.random,
    onFault,
  });
  queue = submissions;
  const once = createOnceByReference(store, seal);
  const screening = once.around(
    createScreening({
      ...screeningParts,
      once,
      waiting: submissions,
      spent: (connector, messages) => throttle.spend(connector, messages),
    }),
  );

  const operatorSecret = mintOperatorSecret();
  const keyUses = new KeyUses();
  const keyUseFile = createSealedFile(join(config.dataDirectory, "key-uses.sealed"), rootKey, "key uses");
  await readKeyUses(keyUseFile, keyUses).catch(onFault);
  const oneWrite = createSerially();
  const keepKeyUses = (): Promise<void> =>
    oneWrite(async () => {
      const taken = keyUses.take(now());
      if (taken !== undefined) await keyUseFile.write(Buffer.from(taken));
    });
  const proving = createAuthenticator(directory, { operatorSecretHash: hashCredential(operatorSecret) });
  const authenticator = limitFailedAttempts(
    tellUses(countKeyUses(proving, keyUses), (use) => logger.info(use, "a good credential was shown")),
    undefined,
    (failure, address, shutOut) => {
      metrics.count("safeguard_wrong_credentials_total", { failure });
      logger.warn({ failure, address, shutOut }, "a wrong credential was shown");
    },
  );
  const clientAddress = createClientAddress(config.trustedProxies);
  const problemOf = (checked: UrlCheck): string | undefined => (checked.ok ? undefined : checked.problem);
  const urlProblem = (url: string): string | undefined => problemOf(guard.check(url));
  const services = {
    directory,
    changes,
    seal,
    urlProblem,
    serially: createSerially(),
    book,
    trialEnds: trial.ends,
  };
  const erasing = createErasing({
    store,
    journal,
    changes,
    engine,
    holds,
    heldDecisions,
    sandbox,
    accounts: () => directory.accounts(),
    pending: pendingErasures,
    serially: createSerially(),
    saveDetection: () => detection.save(true),
    reloadKept: applyKept,
  });
  const approvals = createActApprovals({
    directory,
    changes,
    serially: createSerially(),
    perform: (act, context) => performAct({ ...services, store, engine, incidents }, act, context),
  });
  for (const proposal of await store.actProposals.all()) {
    approvals.apply({ type: "act_proposal_saved", at: proposal.createdAt, actor: proposal.author, proposal });
  }
  const rollouts = createRollouts({ ...services, now, onFault });
  for (const rollout of await store.rollouts.all()) {
    rollouts.apply({ type: "rollout_saved", at: rollout.createdAt, actor: rollout.author, rollout });
  }
  for (const step of await store.rollouts.steps()) rollouts.apply({ type: "rollout_step_done", at: step.at, step });
  lateViews.push(approvals, rollouts);
  const people = openPeopleDatabase(config.dataDirectory, config.database?.address);
  const providerTold = new RecentlyTold();
  const signIn = await createSignIn({
    database: people,
    secret: deriveKey(rootKey, "sign-in").toString("hex"),
    secureCookies: config.tls !== undefined || config.publicUrl?.startsWith("https:") === true,
    publicUrl: config.publicUrl,
    oidc: config.oidc,
    secondFactor: config.secondFactor,
    onProviderRefused(refusal) {
      const about = `${refusal.reason} ${refusal.found}`;
      if (providerTold.mayTell(about, now(), FORBIDDEN_AGAIN_MS))
        logger.warn(refusal, PROVIDER_REFUSED[refusal.reason]);
    },
    isMember: (email) => membershipsOf(directory, email).length > 0,
    now,
    onFault,
  });
  // Sessions that were ended, by hand or with a password, after the backup or the copy was made would be open again.
  if (store.restored !== undefined) await people.endSessionsFromBefore(store.restored.at);
  const signInLinks = createSignInLinks(seal);
  const leakedExchange = createHttpExchange({ connections: 4 });
  const leakedTold = new RecentlyTold();
  const onNotLookedUp = (reason: string): void => {
    if (leakedTold.mayTell(reason, now(), FORBIDDEN_AGAIN_MS))
      logger.warn({ reason }, "a new password could not be looked up among leaked ones, and was taken without");
  };
  const refuseWeakPassword = createPasswordCheck(
    config.leakedPasswordsUrl === undefined
      ? undefined
      : createLeakedPasswords(config.leakedPasswordsUrl, leakedExchange, onNotLookedUp),
  );
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
  const forbiddenTold = new RecentlyTold();
  /** What a client does in a loop must not fill the log. */
  const onForbidden = (refused: ForbiddenRequest): void => {
    const about = `${refused.address} ${refused.method} ${refused.route}`;
    if (!forbiddenTold.mayTell(about, now(), FORBIDDEN_AGAIN_MS)) return;
    logger.warn(refused, "a request was refused that its key does not permit");
  };
  const looks = createRevealAllowance();
  const questions = createQuestionGate();
  const api = await createApi({
    ...services,
    authenticator,
    sessions: createSessionProof(signIn, directory),
    secondFactorsOf: signIn.secondFactorsOf,
    clientAddress,
    now,
    store,
    idempotentRequests,
    explain: explainInEnglish,
    approvals,
    native,
    ...(config.sandbox ? { sandbox } : {}),
    plugins: [
      libraryRoutes({
        signIn,
        refuseWeakPassword,
        clientAddress,
        publicUrl: () => config.publicUrl,
        onDoor: (seen) =>
          seen.outcome === "let_in"
            ? logger.info(seen, "somebody has signed in")
            : logger.warn(seen, "somebody could not sign in"),
      }),
      signInRoutes({
        ...services,
        signIn,
        brands,
        links: signInLinks,
        refuseWeakPassword,
        identityProvider: config.oidc?.name,
        sandbox: config.sandbox,
        version: VERSION,
        publicUrl: () => publicUrl?.replace(/\/$/, ""),
        now,
      }),
      policyRoutes({ ...services, engine }),
      impactRoutes({ ...services, engine, store }),
      customerRoutes({ directory, engine, store, exchange: createExchange(config.exchangeRates) }),
      proposalRoutes(services),
      brandRoutes({ ...services, brands }),
      rolloutRoutes({ ...services, engine, store, rollouts }),
      actRoutes(approvals, directory),
      auditRoutes({ store, directory, changes }),
      privacyRoutes({ store, engine, book, accounts: () => directory.accounts(), sandbox, seal, changes, erasing }),
      explanationRoutes({ book, directory, engine, store, explain: explainInEnglish }),
      journalRoutes({ journal, explain: explainInEnglish }),
      eventRoutes(outcomes),
      verifiedRoutes({ store, changes }),
      limitRoutes({ engine }),
      backtestRoutes({ ...services, engine, backtests, journal }),
      knownPriceRoutes({ prices }),
      keyUseRoutes({ directory, uses: keyUses }),
      fittingRoutes({ store, questions }),
      budgetRoutes({ store, questions }),
      rangeUsageRoutes({ store, engine, questions }),
      installationRoutes({ version: VERSION, prices }),
      priceRoutes({
        prices,
        changes,
        save: (entries) => priceFile.write(Buffer.from(JSON.stringify(entries))),
      }),
      incidentRoutes({ store, engine, changes, incidents, explain: explainInEnglish, looks }),
      ...(config.sandbox ? [sandboxAttackRoutes({ screening, trial, now })] : []),
      alertRoutes({ ...services, settings: alertSettings, hasMail: config.mail !== undefined, alerting, paused }),
      confirmRoutes({ store, engine, changes, incidents, directory, links, now }),
      liveRoutes(traffic, now),
      verificationRoutes({ store, questions }),
      lookedAtRoutes({ store, engine, explain: explainInEnglish, looks }),
      waitingRoutes({ store, changes, submissions, explain: explainInEnglish }),
      webhookRoutes({ store, changes, paused, settings: alertSettings, noticesQueued: notices.wake }),
      sendingRoutes({ hold: sending, store }),
      pastTrafficRoutes({ engine, changes, trial }),
      detectionPreviewRoutes({ engine, explain: explainInEnglish }),
      providerRoutes({
        ...services,
        providers,
        test: (provider) => testProvider(provider, { seal, exchange, guardedExchange }, guard, ownGuard),
        addressProblem: (url, isCustomers) =>
          isCustomers ? urlProblem(url) : ownGuard && problemOf(ownGuard.check(url)),
        reportUrl: (provider) => (publicUrl === undefined ? undefined : reportUrl(provider, publicUrl)),
      }),
    ],
    console: { directory: consoleDirectory() },
    version: VERSION,
    missing: () => (stopping ? ["the server is stopping"] : missing.notReady()),
    notes: () => [sending.words()].flatMap((words) => words ?? []),
    metrics: { scrape: meter.scrape, token: config.metrics.token, isOpenHere: config.mode === "dev" },
    onFault,
    onForbidden,
  });
  await api.ready();

  const admission = new Admission({ capacity: config.maxRequests });
  const turns = new FairQueue({ now: () => performance.now(), atEndOfTurn: setImmediate });
  const stopWatchingLag = watchLag(admission);
  const listener = createListener({
    dialects: [
      native,
      createTwilioDialect({ authenticator, screening, messages, feedback, submissions }),
      createCmDialect({ authenticator, screening, messages, feedback, explain: explainInEnglish }),
      createReportDialect({ providers, seal, messages, feedback, publicUrl: () => publicUrl, now }),
    ],
    api,
    door: { admission, queue: turns, whoseRequest: createWhoseRequest(directory) },
    onAnswered(dialect, status, seconds) {
      metrics.observe("safeguard_request_seconds", { dialect }, seconds);
      metrics.count("safeguard_requests_total", { dialect, status: `${Math.floor(status / 100)}xx` });
    },
    onForbidden,
    onRefused: (reason) => metrics.count("safeguard_requests_refused_total", { reason }),
    clientAddress,
    tls: config.tls,
    https: config.tls !== undefined || config.publicUrl?.startsWith("https:") === true,
    now,
    onFault,
  });

  if (config.sandbox && providers.provider(SANDBOX_ID) === undefined) {
    const at = now();
    await changes.commit([
      { type: "provider_saved", at, actor: { type: "operator", name: "start" }, provider: sandboxProvider(at) },
    ]);
  }
  failpoint("before-recovery");
  const settled = await settleUnresolved(
    store,
    now(),
    (account, provider) =>
      sending.held() === undefined &&
      (directory.account(account)?.onInDoubt === "resend" || providers.connector(provider)?.isIdempotent === true),
  );
  failpoint("within-recovery");
  if (settled > 0)
    logger.warn(
      { messages: settled },
      "submissions were cut off by the last stop; they are in doubt and not sent again",
    );
  await settleHeld(store, holds.list(), directory, now());
  if (config.resumeSending === true)
    await sending.resume({ at: now(), actor: { type: "operator", name: "start" }, reason: "--resume-sending" });
  const heldBack = sending.words();
  if (heldBack !== undefined) logger.error({ restored: sending.held() }, heldBack);
  sending.onResumed(notices.wake);
  sending.onResumed(() => void submissions.lookAnew().catch(onFault));
  failpoint("after-recovery");
  if (pendingErasure !== undefined) await erasing.finish(pendingErasure);
  detection.start();
  meter.begin((await store.notices.due(Number.MAX_SAFE_INTEGER as EpochMilliseconds, WAITING_SEEN)).length);
  notices.start();
  await submissions.start();
  rollouts.resume();
  const retention = setInterval(() => void store.retain(now()).catch(onFault), RETENTION_INTERVAL_MS);
  retention.unref();
  const keepingKeyUses = setInterval(() => void keepKeyUses().catch(onFault), KEY_USES_INTERVAL_MS).unref();

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
    sending,
    incidents,
    now,
    async close() {
      stopping = true;
      clearInterval(retention);
      clearInterval(keepingKeyUses);
      await rollouts.close();
      held.close();
      const submitted = submissions.close();
      // What a provider has not answered by then is in doubt, and its client is told so while he still listens.
      const cutOff = setTimeout(() => {
        logger.warn({ seconds: STOP_MS / 1000 }, "what is still under way is ended");
        exchange.abort();
        guardedExchange.abort();
      }, STOP_MS).unref();
      await stopListening(listener, STOP_MS + LAST_ANSWERS_MS);
      await submitted;
      sandbox.close();
      await notices.close();
      await api.close();
      await providers.close();
      await Promise.all([exchange.close(), guardedExchange.close(), leakedExchange.close()]);
      detection.stop();
      alerting.stop();
      clockWatch.stop();
      meter.stop();
      stopWatchingLag();
      await incidents.close();
      await backtests.close();
      await detection.save().catch(onFault);
      await keepKeyUses().catch(onFault);
      await signIn.close();
      await people.close();
      await store.close();
      clearTimeout(cutOff);
    },
  };
}

async function openConfigured(config: Config, create: boolean, onFault: (failure: unknown) => void) {
  const { dataDirectory: directory, database } = config;
  // A key made now would not open what another one closed.
  const isNew = !storeKnownIn(directory);
  makeDirectory(directory);
  // As if it came from a backup: what waits is not sent.
  if (config.resumeSending === false && !isNew) markRestored(directory);
  const masterKey = loadMasterKey({ directory, configured: config.masterKey, create: config.mode === "dev" && isNew });
  return openStore({ directory, database, masterKey, create, onFault });
}

/** What was imported of prices. */
/** What is known of the use of keys; a file that cannot be read costs that, and not the start. */
async function readKeyUses(file: SealedFile, uses: KeyUses): Promise<void> {
  const content = await file.read();
  if (content !== undefined) uses.restore(content.toString("utf8"));
}

async function readPrices(file: SealedFile): Promise<readonly PriceEntry[]> {
  const content = await file.read();
  return content === undefined ? [] : (JSON.parse(content.toString("utf8")) as readonly PriceEntry[]);
}

/** What is kept of accounts, keys, policies, providers and routes, as the records that would say it. */
async function keptState(store: Store): Promise<readonly JournalRecord[]> {
  const actor = { type: "operator", name: "start" } as const;
  const at = 0 as EpochMilliseconds;
  const [accounts, keys, members, revisions, providers, routes, alertSettings, receivers, brands] = await Promise.all([
    store.accounts.all(),
    store.keys.all(),
    store.members.all(),
    store.revisions.all(),
    store.providers.all(),
    store.routes.all(),
    store.alertSettings.all(),
    store.pausedReceivers.all(),
    store.brands.all(),
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
    ...brands.map((brand) => ({ type: "brand_saved", at, actor, brand }) as const),
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
