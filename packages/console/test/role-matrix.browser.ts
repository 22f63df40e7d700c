import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Scope } from "../../server/src/accounts/api-key.ts";
import { PERMISSIONS } from "../../server/src/accounts/permissions.ts";
import { APPROVALS } from "../src/approvals/approvals-search.ts";
import { BACKTEST } from "../src/backtest/backtest-search.ts";
import { CUSTOMERS } from "../src/customers/customers-search.ts";
import { NAVIGATION, type NavigationEntry } from "../src/frame/navigation.ts";
import { askHere, makeSender } from "./ask-here.ts";
import { peopleOfRoles, ROLE_NAMES, type RoleName } from "./roles-in.ts";
import { type ConsoleUnderTest, NO_BROWSER, startConsole } from "./start-console.ts";

const SAFEGUARD = "/channels/settings/business-messaging/safeguard";
const ALERTS = "/channels/settings/business-messaging/alerts";
const MATRIX = new URL("../../../docs/reference/permissions.md", import.meta.url);

/** What the server asks of who calls a route, from the reference that is made of its router. */
const scopeOfRoute = new Map<string, string>(
  [...readFileSync(MATRIX, "utf8").matchAll(/^\| `([A-Z]+ \/\S*)` \| `?([^`|]+?)`? \|$/gm)].map(
    ([, route = "", scope = ""]) => [route, scope],
  ),
);

function may(role: RoleName, route: string): boolean {
  const scope = scopeOfRoute.get(route);
  if (scope === undefined) throw new Error(`${route} is not in the matrix`);
  return scope === "everybody" || PERMISSIONS[scope as Scope].roles.includes(role);
}

interface MatrixPage {
  readonly path: string;
  /** What it cannot do without: whoever may not is told so in its place. Absent: it is for everybody. */
  readonly needs?: string;
  /** Controls that change something, and the route that does it. */
  readonly offers?: readonly (readonly [control: RegExp, route: string])[];
  /** Controls for whoever sees the page: they look for things, take them out as files, or unfold them. */
  readonly free?: RegExp;
  /** Why others are offered less, where what they may not use stands there disabled. */
  readonly why?: string;
}

const TABS = "tab (?:Destinations|Ranges and exceptions|Limits|Detection|IP restrictions|History)";
const WRITE_POLICY = "Your role may look at this, and not change it.";
const POLICY = "PUT /v1/policies/:policy";
const CUSTOMER_SORTS = "Account|At risk per hour|Lost so far|Incidents|Feedback|Policy|Messages, 7 days|Blocked|State";
const CUSTOMER_TABS = "tab (?:Accounts|Incidents|Baseline roll-outs|Name and logo)";
const UNDO = [/^button Undo revision \d+$/, "POST /v1/policies/:policy/revisions/:number/restore"] as const;
const ALERT_SETTINGS = "PUT /v1/alerts/settings";

const PAGES: readonly MatrixPage[] = [
  {
    path: "/overview",
    offers: [
      [/^button Lock down$/, "POST /v1/detection/lockdown"],
      [/^button Simulate an attack$/, "POST /v1/sandbox/attack"],
    ],
    free: /^radio (?:Today|\d+ days)$/,
  },
  {
    path: "/channels/incidents?state=all",
    offers: [[/^button Lock down$/, "POST /v1/detection/lockdown"]],
    free: /^(?:button Export CSV|combobox (?:State|Destination|Order))$/,
  },
  {
    path: "/channels/incidents/1",
    offers: [
      [/^button (?:Contain|Contain for longer|Block for longer)$/, "POST /v1/incidents/:number/contain"],
      [/^button Release$/, "POST /v1/incidents/:number/release"],
      [/^button False alarm$/, "POST /v1/incidents/:number/false-alarm"],
      [/^button Close$/, "POST /v1/incidents/:number/close"],
      [/^button Reveal numbers$/, "POST /v1/messages/:id/reveal"],
    ],
    free: /^(?:button (?:Export|Export CSV|Show all \d+|.*: table and files)|radio \d+[KM]?)$/,
  },
  {
    path: "/channels/live",
    free: /^(?:button (?:Pause|Export CSV)|combobox (?:Destination|Purpose|Decision)|switch As a table)$/,
  },
  {
    path: "/channels/messages",
    offers: [[/^button Settle …$/, "POST /v1/messages/:id/settle"]],
    free: /^(?:button Export CSV|combobox Search|checkbox (?:Blocked|Challenged|Delivered|One-time code|Last .*))$/,
  },
  {
    path: "/channels/messages?message=waiting",
    offers: [
      [/^button Reveal number$/, "POST /v1/messages/:id/reveal"],
      [/^button Cancel it$/, "POST /v1/messages/:id/cancel"],
    ],
    free: /^button (?:Close|msg_\w+|Check against the current policy)$/,
  },
  {
    path: "/channels/messages?message=in_doubt",
    offers: [
      [/^button Reveal number$/, "POST /v1/messages/:id/reveal"],
      [/^button Settle …$/, "POST /v1/messages/:id/settle"],
    ],
    free: /^button (?:Close|msg_\w+|Check against the current policy)$/,
  },
  {
    path: "/channels/verification",
    free: /^(?:button (?:Export CSV|Copy)|tab (?:curl|Twilio Feedback|CM\.com conversion|Node client)|combobox (?:Period|Destination)|radio (?:Destination|Range|Provider))$/,
  },
  {
    path: "/channels/settings/keys",
    needs: "GET /v1/keys",
    offers: [
      [/^button Make a key$/, "POST /v1/keys"],
      [/^button What can be done with a key$/, "PATCH /v1/keys/:id"],
      [/^button What can be done with /, "DELETE /v1/keys/:id"],
    ],
    free: /^(?:button Export CSV|searchbox Name or last characters|combobox (?:State|Mode))$/,
  },
  {
    path: "/channels/settings/business-messaging/providers",
    needs: "GET /v1/routes",
    offers: [
      [/^button Add a provider$/, "POST /v1/routes/providers"],
      [/^button Change$/, "PUT /v1/routes/providers/:id"],
      [/^button Test$/, "POST /v1/routes/providers/:id/test"],
      [/^button (?:Remove|Add a route)$/, "PUT /v1/routes"],
      [/^combobox Add a fallback$/, "PUT /v1/routes"],
    ],
    free: /^button (?:Export CSV|Copy)$/,
  },
  {
    path: ALERTS,
    offers: [[/^button Send a test$/, "POST /v1/alerts/test"]],
    free: /^(?:button Export CSV|tab (?:Alerts|Where they go|Delivery log)|radio (?:Open|All))$/,
  },
  {
    path: `${ALERTS}?tab=settings`,
    offers: [
      [/^button Send a test$/, "POST /v1/alerts/test"],
      [/^button (?:Add a channel|Remove\b.*)$/, ALERT_SETTINGS],
      [/^button .*secret.*$/i, "POST /v1/alerts/settings/channels/:id/secret"],
      [/^(?:checkbox|switch|textbox|combobox) .*$/, ALERT_SETTINGS],
    ],
    free: /^tab (?:Alerts|Where they go|Delivery log)$/,
    why: "Owners and operators choose where alerts go.",
  },
  {
    path: `${ALERTS}?tab=deliveries`,
    offers: [[/^button Send a test$/, "POST /v1/alerts/test"]],
    free: /^(?:tab (?:Alerts|Where they go|Delivery log)|combobox (?:State|Receiver)|button (?:Export CSV|(?:Waiting|Taken|Failed) .*))$/,
  },
  {
    path: APPROVALS,
    free: /^(?:button Export CSV|radio (?:Waiting|All))$/,
  },
  {
    path: SAFEGUARD,
    offers: [
      UNDO,
      [/^radio (?:Allow all|Block list|Allow list)$/, POLICY],
      [/^button (?:Presets|Paste a list)$/, POLICY],
      [/^checkbox .*$/, POLICY],
      [/^combobox What happens with messages to .*$/, POLICY],
    ],
    free: new RegExp(
      `^(?:${TABS}|searchbox Find a destination|combobox Show|button (?:Export CSV|Destination|Sent, 30 d|Verified|Spend|.*: why .* is marked))$`,
    ),
    why: WRITE_POLICY,
  },
  {
    path: `${SAFEGUARD}/ranges`,
    offers: [
      UNDO,
      [/^button Add a rule$/, POLICY],
      [
        /^combobox (?:Mobile|Fixed|Fixed or mobile|Internet \(VoIP\)|Premium rate|Shared cost|Toll free|Personal number|Pager|Company \(UAN\)|Global service|Unknown)$/,
        POLICY,
      ],
      [/^button (?:Change|Remove) \+.*$/, POLICY],
      [/^button Release \+.*$/, "DELETE /v1/detection/ranges"],
    ],
    free: new RegExp(
      `^(?:${TABS}|textbox Number|combobox (?:Purpose|Show)|searchbox Find a rule|button Export CSV(?: \\(.*\\))?)$`,
    ),
    why: WRITE_POLICY,
  },
  {
    path: `${SAFEGUARD}/limits`,
    offers: [
      UNDO,
      [/^button (?:Begin with …|Add a limit|(?:Change|Remove) hourly)$/, POLICY],
      [/^textbox (?:One message|Currency|Per hour|Per day)$/, POLICY],
      [/^radio is stopped$/, POLICY],
    ],
    free: new RegExp(`^(?:${TABS}|button Export CSV)$`),
    why: WRITE_POLICY,
  },
  {
    path: `${SAFEGUARD}/detection`,
    offers: [UNDO, [/^button Back to the default$/, POLICY], [/^(?:radio|combobox|textbox|switch|slider) .*$/, POLICY]],
    free: new RegExp(`^(?:${TABS})$`),
    why: WRITE_POLICY,
  },
  {
    path: `${SAFEGUARD}/networks`,
    offers: [
      UNDO,
      [/^button Change Demo$/, "PATCH /v1/accounts/:id"],
      [/^button Change a key$/, "PATCH /v1/keys/:id"],
      [/^(?:button Change |searchbox Find a key$)/, "GET /v1/keys"],
    ],
    free: new RegExp(`^(?:${TABS}|button (?:Export CSV|Yours: .*)|textbox Is this address let in\\?)$`),
  },
  {
    path: `${SAFEGUARD}/history`,
    offers: [UNDO],
    free: new RegExp(
      `^(?:${TABS}|textbox Number, reason or author|combobox State|button (?:Export CSV|Revision \\d+ .*))$`,
    ),
  },
  {
    path: "/channels/settings/audit",
    needs: "GET /v1/audit",
    offers: [[/^button Check the chain$/, "GET /v1/audit/verify"]],
    free: /^(?:button (?:Export (?:CSV|JSON)|Compare with a noted head|Older|.* (?:ago|seconds|now)\b.*)|combobox (?:Who|About)|textbox (?:From|Until)|searchbox Text)$/,
  },
  {
    path: "/settings/people",
    offers: [
      [/^button Invite somebody$/, "POST /v1/members"],
      [/^button What can be done with Somebody/, "PATCH /v1/members/:id"],
      [/^button What can be done with /, "DELETE /v1/members/:id"],
    ],
    free: /^(?:button Export CSV|searchbox Find by name or address|combobox Role)$/,
  },
  {
    path: "/settings/account",
    free: /^(?:searchbox Find a destination|button (?:Export CSV|Show all \d+))$/,
    offers: [[/^(?:textbox|combobox|radio|checkbox|switch) .*$/, "PATCH /v1/accounts/:id"]],
    why: "Only owners change these.",
  },
  { path: "/settings/sign-in", free: /^button (?:Export CSV|Change the password|Set it up|End it|End all others)$/ },
  {
    path: BACKTEST,
    offers: [
      [/^button Choose a file$/, "POST /v1/backtests"],
      [/^button Try it with the sample$/, "POST /v1/backtests/sample"],
    ],
  },
  {
    path: CUSTOMERS,
    offers: [[/^button What can be done with Customer 1$/, "POST /v1/accounts/:id/suspend"]],
    free: new RegExp(
      `^(?:${CUSTOMER_TABS}|searchbox Account|combobox Show|button (?:Work in it|Export CSV|${CUSTOMER_SORTS}))$`,
    ),
  },
  {
    path: `${CUSTOMERS}/incidents`,
    free: new RegExp(`^(?:${CUSTOMER_TABS}|searchbox Account|combobox (?:State|Destination|Order))$`),
  },
  {
    path: `${CUSTOMERS}/brand`,
    offers: [[/^(?:textbox (?:Name|Colour)|button (?:Logo|Save))$/, "PUT /v1/brand"]],
    free: new RegExp(`^${CUSTOMER_TABS}$`),
  },
  { path: `${CUSTOMERS}/rollouts`, free: new RegExp(`^${CUSTOMER_TABS}$`) },
  {
    path: `${CUSTOMERS}/rollouts/new`,
    offers: [[/^(?:combobox|checkbox|textbox) .*$/, "POST /v1/rollouts"]],
    free: new RegExp(`^(?:${CUSTOMER_TABS}|button Customer 1 .* changes?)$`),
  },
  {
    path: "/sandbox",
    offers: [[/^button Enter the code$/, "POST /v1/events"]],
    free: /^(?:button (?:Export CSV|Copy \w+|Show all \d+)|searchbox Number contains)$/,
  },
];

interface Control {
  readonly name: string;
  readonly isDisabled: boolean;
}

/** What can be pressed, chosen or written in, as assistive technology has it. */
async function controlsOf(page: Page, within: string): Promise<readonly Control[]> {
  const found = (await page.locator(within).ariaSnapshot()).matchAll(
    /^\s*- '?((?:button|checkbox|switch|radio|combobox|textbox|searchbox|spinbutton|menuitem|tab|slider)\b(?: "(?:[^"\\]|\\.)*")?)(.*)/gm,
  );
  return Array.from(found, ([, name = "", more = ""]) => ({
    name: name.replace(/ "(.*)"$/, (_, text: string) => ` ${text.replaceAll(/\\(.)/g, "$1")}`),
    isDisabled: more.includes("[disabled]"),
  }));
}

describe.skipIf(NO_BROWSER !== undefined)("what each role is offered, in the browser", { timeout: 400_000 }, () => {
  let under: ConsoleUnderTest;
  let people: ReadonlyMap<RoleName, Page>;
  const ids = { waiting: "", in_doubt: "" };

  beforeAll(async () => {
    under = await startConsole();
    const { page } = under;
    await askHere(page, "POST", "/v1/sandbox/attack", {});
    const send = await makeSender(page);
    ids.in_doubt = (await send(["+31612340009"], { purpose: "notification" }))[0]?.id ?? "";
    const later = new Date(Date.now() + 3_600_000).toISOString();
    ids.waiting = (await send(["+31612345111"], { purpose: "notification", sendAt: later }))[0]?.id ?? "";
    await askHere(page, "POST", "/v1/accounts", { name: "Customer 1" });
    await askHere(page, "POST", "/v1/keys", { name: "a key", mode: "test", scopes: ["messages:send"] });
    await askHere(page, "POST", "/v1/routes/providers", {
      name: "own",
      kind: "twilio",
      settings: { accountSid: `AC${"1".repeat(32)}` },
      secrets: { authToken: "0".repeat(32) },
    });
    await askHere(page, "PUT", "/v1/alerts/settings", {
      channels: [{ id: "ops", type: "webhook", url: "http://127.0.0.1:9/alerts" }],
    });
    await askHere(page, "POST", "/v1/policies/default/exceptions", {
      add: [{ range: "+31611111111", kind: "barred" }],
      reason: "test",
    });
    await askHere(page, "POST", "/v1/policies/default/limits", {
      ceilings: [{ name: "hourly", window: "hour", messages: 100_000 }],
      reason: "test",
    });
    people = await peopleOfRoles(under);
  }, 300_000);
  afterAll(() => under?.stop());

  const pageOf = (role: RoleName): Page => {
    const page = people.get(role);
    if (page === undefined) throw new Error(`nobody is ${role}`);
    return page;
  };

  /** Opens the page by its address; what was refused meanwhile. */
  async function open(role: RoleName, { path }: MatrixPage): Promise<readonly string[]> {
    const page = pageOf(role);
    const refused: string[] = [];
    const note = (answer: { status(): number; url(): string }): void => {
      if (answer.status() === 403 || answer.status() === 401 || answer.status() >= 500)
        refused.push(`${answer.status()} ${answer.url()}`);
    };
    page.on("response", note);
    await page.goto(under.url + path.replace("=waiting", `=${ids.waiting}`).replace("=in_doubt", `=${ids.in_doubt}`));
    await page.locator("main").waitFor();
    await page.waitForLoadState("networkidle", { timeout: 8_000 }).catch(() => undefined);
    await page.locator('main [aria-busy="true"]').first().waitFor({ state: "detached" });
    if (path.includes("message=")) await page.locator("[data-check]").first().waitFor();
    await page.waitForTimeout(200);
    page.off("response", note);
    return refused;
  }

  it.each(ROLE_NAMES)(
    "%s: each page offers what the server's table permits, and nothing else",
    { timeout: 400_000 },
    async (role) => {
      const wrong: string[] = [];
      for (const one of PAGES) {
        const page = pageOf(role);
        const refused = await open(role, one);
        if (refused.length > 0) wrong.push(`${one.path}: was refused ${refused.join(", ")}`);
        if (one.needs !== undefined && !may(role, one.needs)) {
          const note = page.getByRole("note").filter({ hasText: "You may not do this here" });
          if ((await note.count()) !== 1) wrong.push(`${one.path}: does not say that ${role} may not`);
          const left = await controlsOf(page, "main");
          if (left.length > 0) wrong.push(`${one.path}: still has ${left.map(({ name }) => name).join(", ")}`);
          continue;
        }
        const controls = await controlsOf(page, one.path.includes("message=") ? "[role=dialog]" : "main");
        for (const { name, isDisabled } of controls) {
          const offer = one.offers?.find(([control]) => control.test(name));
          if (offer === undefined) {
            if (one.free?.test(name) !== true && !isDisabled) wrong.push(`${one.path}: ${name} is in no list`);
            continue;
          }
          if (may(role, offer[1])) continue;
          if (!isDisabled) wrong.push(`${one.path}: ${name} is offered, ${offer[1]} is not permitted`);
          else if (one.why === undefined) wrong.push(`${one.path}: ${name} is disabled, and nothing says why`);
          else if ((await page.locator("main").getByText(one.why).count()) === 0)
            wrong.push(`${one.path}: says not why`);
        }
        for (const [control, route] of one.offers ?? []) {
          const isOffered = controls.some(({ name, isDisabled }) => !isDisabled && control.test(name));
          if (may(role, route) && !isOffered)
            wrong.push(`${one.path}: ${control} is not offered, ${route} is permitted`);
        }
      }
      expect(wrong).toEqual([]);
    },
  );

  it.each(ROLE_NAMES)("%s: the navigation leads to those pages that may be read", async (role) => {
    const page = pageOf(role);
    await page.goto(`${under.url}/overview`);
    await page.getByRole("navigation").getByRole("link").first().waitFor();
    const led = await page
      .getByRole("navigation")
      .getByRole("link")
      .evaluateAll((links) => links.map((link) => link.getAttribute("href") ?? ""));
    const all = (entries: readonly NavigationEntry[]): readonly string[] =>
      entries.flatMap(({ to, below = [] }) => [...(to === undefined ? [] : [to]), ...all(below)]);
    const permitted = all(NAVIGATION).filter((path) => {
      const needs = PAGES.find((one) => one.path.split("?")[0] === path)?.needs;
      return needs === undefined || may(role, needs);
    });
    expect(led.toSorted()).toEqual(permitted.toSorted());
  });

  it.each(ROLE_NAMES)("%s: the server itself permits exactly what is offered", async (role) => {
    const wrong: string[] = [];
    const routes = new Set(
      PAGES.flatMap(({ needs, offers = [] }) => [
        ...(needs === undefined ? [] : [needs]),
        ...offers.map(([, route]) => route),
      ]),
    );
    expect(routes.size).toBeGreaterThan(20);
    for (const route of routes) {
      const [method = "", url = ""] = route.split(" ");
      const path = url
        .replace(":policy", "nowhere")
        .replace(":number", "999999")
        .replace(/:[a-z]+/, "missing");
      // (of a form that nothing takes: who is let in hears that, and nothing happens)
      const body = method === "GET" || method === "DELETE" ? "undefined" : "'{\"nothingOfThisName\":true}'";
      const status = await pageOf(role).evaluate<number>(
        `fetch("${path}", { method: "${method}", headers: { "safeguard-console": "1", ${body === "undefined" ? "" : '"content-type": "application/json"'} }, body: ${body} }).then((answer) => answer.status)`,
      );
      if ((status === 403) === may(role, route)) wrong.push(`${route}: ${status}`);
    }
    expect(wrong).toEqual([]);
  });

  it("the end of a lockdown, and what waits for a second person, are offered to those who may", {
    timeout: 200_000,
  }, async () => {
    const { page } = under;
    await askHere(page, "POST", "/v1/detection/lockdown", { reason: "test" });
    const session = await askHere<{ accounts: readonly { readonly id: string }[] }>(page, "GET", "/v1/session");
    await askHere(page, "POST", "/v1/policies/default/destinations", { block: ["CU"], reason: "test" });
    await askHere(page, "PATCH", `/v1/accounts/${session.accounts[0]?.id}`, { fourEyes: { expiresAfterHours: 24 } });
    await askHere(page, "POST", "/v1/policies/default/destinations", { allow: ["CU"], reason: "test" });
    for (const role of ROLE_NAMES) {
      const own = pageOf(role);
      await own.goto(`${under.url}/overview`);
      await own.getByText("Why: “test”").waitFor();
      const end = own.getByRole("button", { name: "End the lockdown" });
      expect([role, await end.count()]).toEqual([role, may(role, "DELETE /v1/detection/lockdown") ? 1 : 0]);
      await own.goto(`${under.url}${SAFEGUARD}/history`);
      const waiting = own.getByRole("alert").filter({ hasText: "waits for" }).first();
      await waiting.waitFor();
      for (const [name, route] of [
        ["Approve", "POST /v1/policies/:policy/revisions/:number/approve"],
        ["Reject", "POST /v1/policies/:policy/revisions/:number/reject"],
        ["Withdraw", "POST /v1/policies/:policy/revisions/:number/withdraw"],
      ] as const) {
        expect([role, name, await own.getByRole("button", { name }).count()]).toEqual([
          role,
          name,
          // (one withdraws only what one has proposed oneself)
          may(role, route) && (name !== "Withdraw" || role === "owner") ? 1 : 0,
        ]);
      }
    }
    expect(under.complaints).toEqual([]);
  });
});
