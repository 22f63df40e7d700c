import { createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from "@tanstack/react-router";
import { ALERTS, alertsSearch } from "./alerts/alerts-search.ts";
import { APPROVALS, approvalsSearch } from "./approvals/approvals-search.ts";
import { AUDIT, auditSearch } from "./audit/audit-search.ts";
import { BACKTEST, backtestSearch } from "./backtest/backtest-search.ts";
import { CUSTOMERS, customerIncidentsSearch, customersSearch, rolloutSearch } from "./customers/customers-search.ts";
import { Frame } from "./frame/frame.tsx";
import { NotFound } from "./frame/not-found.tsx";
import { PageFault } from "./frame/page-fault.tsx";
import { incidentsSearch } from "./incidents/incidents-search.ts";
import { KEYS, keysSearch } from "./keys/keys-search.ts";
import { LIVE, liveSearch } from "./live/live-search.ts";
import { MESSAGES, messagesSearch } from "./messages/messages-search.ts";
import { overviewSearch } from "./overview/overview-search.ts";
import { OWN_SIGN_IN, PEOPLE, peopleSearch } from "./people/people-search.ts";
import { PROVIDERS } from "./providers/provider-types.ts";
import { SHOWN, SORTS } from "./safeguard/destinations/destination-line.ts";
import { networksSearch } from "./safeguard/networks/networks-search.ts";
import { rangesSearch } from "./safeguard/ranges/ranges-search.ts";
import { SAFEGUARD } from "./safeguard/tabs.ts";
import { sandboxSearch } from "./sandbox/sandbox-search.ts";
import { SETTINGS } from "./settings/settings-draft.ts";
import { searchWithoutNumbers } from "./shared/search-without-numbers.ts";
import { z } from "./shared/zod.ts";
import { VERIFICATION, verificationSearch } from "./verification/verification-search.ts";

const root = createRootRoute({ notFoundComponent: NotFound, errorComponent: PageFault });

const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  // `error`: with what an identity provider's answer was refused.
  validateSearch: z.object({
    to: z.string().startsWith("/").optional(),
    error: z.string().max(100).optional().catch(undefined),
  }),
  component: lazyRouteComponent(() => import("./session/sign-in-page.tsx"), "SignInPage"),
});
const setup = createRoute({
  getParentRoute: () => root,
  path: "/setup",
  component: lazyRouteComponent(() => import("./session/setup-page.tsx"), "SetupPage"),
});
const join = createRoute({
  getParentRoute: () => root,
  path: "/join",
  component: lazyRouteComponent(() => import("./session/password-page.tsx"), "JoinPage"),
});
const newPassword = createRoute({
  getParentRoute: () => root,
  path: "/new-password",
  component: lazyRouteComponent(() => import("./session/password-page.tsx"), "NewPasswordPage"),
});

/** Everything behind the sign-in. `account`: choose this one first (see Frame). */
const frame = createRoute({
  getParentRoute: () => root,
  id: "frame",
  validateSearch: z.object({ account: z.string().max(100).optional().catch(undefined) }),
  component: Frame,
});

const home = createRoute({
  getParentRoute: () => root,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/overview" });
  },
});
const overview = createRoute({
  getParentRoute: () => frame,
  path: "/overview",
  validateSearch: overviewSearch,
  component: lazyRouteComponent(() => import("./overview/overview-page.tsx"), "OverviewPage"),
});

const incidents = createRoute({
  getParentRoute: () => frame,
  path: "/channels/incidents",
  validateSearch: incidentsSearch,
  component: lazyRouteComponent(() => import("./incidents/incidents-page.tsx"), "IncidentsPage"),
});
const incident = createRoute({
  getParentRoute: () => frame,
  path: "/channels/incidents/$number",
  component: lazyRouteComponent(() => import("./incidents/case/incident-page.tsx"), "IncidentPage"),
});
const messages = createRoute({
  getParentRoute: () => frame,
  path: MESSAGES,
  validateSearch: messagesSearch,
  component: lazyRouteComponent(() => import("./messages/messages-page.tsx"), "MessagesPage"),
});
const live = createRoute({
  getParentRoute: () => frame,
  path: LIVE,
  validateSearch: liveSearch,
  component: lazyRouteComponent(() => import("./live/live-page.tsx"), "LivePage"),
});
const verification = createRoute({
  getParentRoute: () => frame,
  path: VERIFICATION,
  validateSearch: verificationSearch,
  component: lazyRouteComponent(() => import("./verification/verification-page.tsx"), "VerificationPage"),
});
/** Destinations of Safeguard. `q`: what is looked for. */
const destinationsSearch = z.object({
  q: z.string().optional(),
  show: z.enum(SHOWN).optional().catch(undefined),
  sort: z.enum(SORTS).optional().catch(undefined),
  days: z.literal([7, 30, 90]).optional().catch(undefined),
});
const revisionsSearch = z.object({
  q: z.string().optional(),
  state: z.enum(["in_force", "pending_approval", "draft"]).optional().catch(undefined),
});
const safeguard = createRoute({
  getParentRoute: () => frame,
  path: SAFEGUARD,
  component: lazyRouteComponent(() => import("./safeguard/safeguard-page.tsx"), "SafeguardPage"),
});
const destinations = createRoute({
  getParentRoute: () => safeguard,
  path: "/",
  validateSearch: destinationsSearch,
  component: lazyRouteComponent(() => import("./safeguard/destinations/destinations-page.tsx"), "DestinationsPage"),
});
const ranges = createRoute({
  getParentRoute: () => safeguard,
  path: "/ranges",
  validateSearch: rangesSearch,
  component: lazyRouteComponent(() => import("./safeguard/ranges/ranges-page.tsx"), "RangesPage"),
});
const limits = createRoute({
  getParentRoute: () => safeguard,
  path: "/limits",
  component: lazyRouteComponent(() => import("./safeguard/limits/limits-page.tsx"), "LimitsPage"),
});
const detection = createRoute({
  getParentRoute: () => safeguard,
  path: "/detection",
  component: lazyRouteComponent(() => import("./safeguard/detection/detection-page.tsx"), "DetectionPage"),
});
const networks = createRoute({
  getParentRoute: () => safeguard,
  path: "/networks",
  validateSearch: networksSearch,
  component: lazyRouteComponent(() => import("./safeguard/networks/networks-page.tsx"), "NetworksPage"),
});
const revisions = createRoute({
  getParentRoute: () => safeguard,
  path: "/history",
  validateSearch: revisionsSearch,
  component: lazyRouteComponent(() => import("./safeguard/history/history-page.tsx"), "HistoryPage"),
});
const sandbox = createRoute({
  getParentRoute: () => frame,
  path: "/sandbox",
  validateSearch: sandboxSearch,
  component: lazyRouteComponent(() => import("./sandbox/sandbox-page.tsx"), "SandboxPage"),
});
const keys = createRoute({
  getParentRoute: () => frame,
  path: KEYS,
  validateSearch: keysSearch,
  component: lazyRouteComponent(() => import("./keys/keys-page.tsx"), "KeysPage"),
});
const alerts = createRoute({
  getParentRoute: () => frame,
  path: ALERTS,
  validateSearch: alertsSearch,
  component: lazyRouteComponent(() => import("./alerts/alerts-page.tsx"), "AlertsPage"),
});
const approvals = createRoute({
  getParentRoute: () => frame,
  path: APPROVALS,
  validateSearch: approvalsSearch,
  component: lazyRouteComponent(() => import("./approvals/approvals-page.tsx"), "ApprovalsPage"),
});
const providers = createRoute({
  getParentRoute: () => frame,
  path: PROVIDERS,
  component: lazyRouteComponent(() => import("./providers/providers-page.tsx"), "ProvidersPage"),
});
const audit = createRoute({
  getParentRoute: () => frame,
  path: AUDIT,
  validateSearch: auditSearch,
  component: lazyRouteComponent(() => import("./audit/audit-page.tsx"), "AuditPage"),
});

const backtest = createRoute({
  getParentRoute: () => frame,
  path: BACKTEST,
  validateSearch: backtestSearch,
  component: lazyRouteComponent(() => import("./backtest/backtest-page.tsx"), "BacktestPage"),
});

const people = createRoute({
  getParentRoute: () => frame,
  path: PEOPLE,
  validateSearch: peopleSearch,
  component: lazyRouteComponent(() => import("./people/people-page.tsx"), "PeoplePage"),
});
const ownSignIn = createRoute({
  getParentRoute: () => frame,
  path: OWN_SIGN_IN,
  component: lazyRouteComponent(() => import("./people/own-sign-in-page.tsx"), "OwnSignInPage"),
});
const settings = createRoute({
  getParentRoute: () => frame,
  path: SETTINGS,
  component: lazyRouteComponent(() => import("./settings/settings-page.tsx"), "SettingsPage"),
});

const customers = createRoute({
  getParentRoute: () => frame,
  path: CUSTOMERS,
  component: lazyRouteComponent(() => import("./customers/customers-page.tsx"), "CustomersPage"),
});
const customerAccounts = createRoute({
  getParentRoute: () => customers,
  path: "/",
  validateSearch: customersSearch,
  component: lazyRouteComponent(() => import("./customers/accounts-page.tsx"), "AccountsPage"),
});
const customerIncidents = createRoute({
  getParentRoute: () => customers,
  path: "/incidents",
  validateSearch: customerIncidentsSearch,
  component: lazyRouteComponent(() => import("./customers/customer-incidents-page.tsx"), "CustomerIncidentsPage"),
});

const customerBrand = createRoute({
  getParentRoute: () => customers,
  path: "/brand",
  component: lazyRouteComponent(() => import("./brand/brand-page.tsx"), "BrandPage"),
});
const customerRollouts = createRoute({
  getParentRoute: () => customers,
  path: "/rollouts",
  component: lazyRouteComponent(() => import("./customers/rollouts-page.tsx"), "RolloutsPage"),
});
const newRollout = createRoute({
  getParentRoute: () => customers,
  path: "/rollouts/new",
  component: lazyRouteComponent(() => import("./customers/new-rollout-page.tsx"), "NewRolloutPage"),
});
const customerRollout = createRoute({
  getParentRoute: () => customers,
  path: "/rollouts/$id",
  validateSearch: rolloutSearch,
  component: lazyRouteComponent(() => import("./customers/rollout-page.tsx"), "RolloutPage"),
});

export const router = createRouter({
  routeTree: root.addChildren([
    home,
    signIn,
    setup,
    join,
    newPassword,
    frame.addChildren([
      live,
      verification,
      people,
      ownSignIn,
      settings,
      messages,
      overview,
      incidents,
      incident,
      sandbox,
      keys,
      providers,
      alerts,
      approvals,
      audit,
      backtest,
      customers.addChildren([
        customerAccounts,
        customerIncidents,
        customerBrand,
        customerRollouts,
        newRollout,
        customerRollout,
      ]),
      safeguard.addChildren([destinations, ranges, limits, detection, networks, revisions]),
    ]),
  ]),
  defaultPreload: "intent",
  ...searchWithoutNumbers(),
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
