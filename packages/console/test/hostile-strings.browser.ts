import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SCOPES } from "../../server/src/accounts/api-key.ts";
import { askHere } from "./ask-here.ts";
import { kindOf, type OpenApi, textFields } from "./hostile/api-fields.ts";
import { HOSTILE_STRINGS, MOST_OF_THEM } from "./hostile/hostile-strings.ts";
import { type Ask, type Planted, packed, plantHostile } from "./hostile/plant-hostile.ts";
import { type ConsoleUnderTest, NO_BROWSER, startConsole } from "./start-console.ts";

const SAFEGUARD = "/channels/settings/business-messaging/safeguard";
const PERSON = 'Ann "><img src=x onerror=pwned(9)> $t(frame.skip) {{name}} <since/>';
/** For one page, on a busy machine. */
const PATIENCE_MS = 60_000;
/** Of the fields of the API that are kept, as many strings as must have been in each. */
const FEWEST = 500;

describe.skipIf(NO_BROWSER !== undefined)("hostile strings in every field that is kept", { timeout: 300_000 }, () => {
  let under: ConsoleUnderTest;
  let planted: Planted;
  let ask: Ask;
  /** What happened that must not. */
  const happened: string[] = [];

  beforeAll(async () => {
    under = await startConsole(PERSON);
    const { page, context, url } = under;
    await context.exposeFunction("pwned", (which: unknown) => happened.push(`ran: ${String(which)}`));
    page.on("dialog", (dialog) => {
      happened.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on("request", (request) => {
      if (!request.url().startsWith(`${url}/`) && !/^(?:blob|data):/.test(request.url()))
        happened.push(`asked for ${request.url()}`);
    });
    page.on("framenavigated", (frame) => {
      if (frame.parentFrame() !== null || !frame.url().startsWith(url)) happened.push(`went to ${frame.url()}`);
    });
    // (before there is a live key: after that nothing is simulated)
    const attack = askHere(page, "POST", "/v1/sandbox/attack", {});
    const session = await askHere<{ accounts: readonly { readonly id: string }[] }>(page, "GET", "/v1/session");
    const account = session.accounts[0]?.id ?? "";
    const askAs = async (mode: "test" | "live"): Promise<Ask> => {
      const { secret } = await askHere<{ secret: string }>(page, "POST", "/v1/keys", {
        name: mode,
        mode,
        scopes: SCOPES,
      });
      return async <T>(method: string, path: string, body?: object): Promise<T> => {
        const answer = await fetch(`${url}${path}`, {
          method,
          headers: {
            authorization: `Bearer ${secret}`,
            ...(body !== undefined && { "content-type": "application/json" }),
          },
          ...(body !== undefined && { body: JSON.stringify(body) }),
        });
        const text = await answer.text();
        if (!answer.ok) throw new Error(`${method} ${path.slice(0, 200)}: ${answer.status} ${text.slice(0, 500)}`);
        return (text === "" ? undefined : JSON.parse(text)) as T;
      };
    };
    planted = await plantHostile(await askAs("test"), account, attack, () => askAs("live"));
    ask = await askAs("live");
  });
  afterAll(async () => {
    planted?.stop();
    await under?.stop();
  });

  /** Opens a page and reads all that stands in it, until what is asked for is there. `more`: the button for the rest of a list. */
  async function shows(path: string, fields: readonly string[], more?: string | RegExp): Promise<void> {
    const { page, url } = under;
    await page.goto(`${url}${path}`);
    await page.getByRole("heading", { level: 1 }).waitFor();
    await readUntilThere(path, fields, more);
    await checkPage(path);
  }

  async function readUntilThere(path: string, fields: readonly string[], more?: string | RegExp): Promise<void> {
    const { page } = under;
    const deadline = Date.now() + PATIENCE_MS;
    for (let left = fields; ; await page.waitForTimeout(100)) {
      if (more !== undefined) {
        const button = page.getByRole("button", { name: more });
        if ((await button.count()) > 0) await button.click({ timeout: 2_000 }).catch(() => undefined);
      }
      const shown = seenIn(await textOf(page));
      if (Date.now() > deadline)
        for (const field of left) expect(missing(field, shown), `${field} on ${path}`).toEqual([]);
      left = left.filter((field) => missing(field, shown).length > 0);
      if (left.length === 0) return;
    }
  }

  /** Nothing of what was planted has become a part of the page. */
  async function checkPage(path: string): Promise<void> {
    const found = await under.page.evaluate<object>(INTRUDERS);
    expect([path, found, happened, under.complaints]).toEqual([path, { elements: [], polluted: false }, [], []]);
  }

  function missing(field: string, shown: string): readonly string[] {
    const values = planted.values.get(field);
    if (values === undefined) throw new Error(`nothing was planted as ${field}`);
    return values.filter((value) => !shown.includes(seenIn(value)));
  }

  it("are text in the list of messages, however far one scrolls", async () => {
    const { page, url } = under;
    await page.setViewportSize({ width: 1280, height: 3000 });
    await page.goto(`${url}/channels/messages`);
    await page.getByRole("table", { name: "Messages" }).waitFor();
    // To the end of what the server has; then past all of it.
    while ((await page.locator('[role=table][aria-rowcount="-1"]').count()) > 0) {
      await page.mouse.wheel(0, 20_000);
      await page.waitForTimeout(100);
    }
    const all: string[] = [];
    const height = await page.evaluate<number>("document.documentElement.scrollHeight");
    for (let top = 0; top < height; top += 2_500) {
      await page.evaluate(`window.scrollTo(0, ${top}); new Promise((resolve) => setTimeout(resolve, 120))`);
      all.push(await textOf(page));
    }
    expect(missing("message.from", seenIn(all.join("\n")))).toEqual([]);
    await checkPage("/channels/messages");
  });

  it("are text in a message's own facts, what its provider said among them", async () => {
    const { page, url } = under;
    await page.goto(`${url}/channels/messages`);
    await page.getByRole("heading", { level: 1 }).waitFor();
    // (one after the other within the page, as if each was followed by a link)
    const all = await page.evaluate<string>(`(async () => {
      const inDrawer = () => document.querySelector("[role=dialog]")?.textContent ?? "";
      let texts = "";
      for (const id of ${JSON.stringify(planted.packedMessages)}) {
        history.pushState({}, "", "/channels/messages?message=" + id);
        while (!inDrawer().includes(id)) await new Promise((resolve) => setTimeout(resolve, 4));
        texts += inDrawer();
      }
      return texts;
    })()`);
    const shown = seenIn(all);
    expect(missing("message.reference", shown)).toEqual([]);
    expect(missing("message.error", shown)).toEqual([]);
    await checkPage("/channels/messages?message=");
  });

  it("are text in every list of keys, people, networks, notes and files", async () => {
    await under.page.setViewportSize({ width: 1280, height: 900 });
    await shows("/channels/settings/keys", ["key.name", "key.personal"], "Show more");
    await shows("/settings/people", ["member.name"], "Show more");
    await shows(`${SAFEGUARD}/networks`, ["key.name", "key.personal"], "More keys");
    await shows(`${SAFEGUARD}/ranges`, ["range.note", "exception.note"]);
    await shows(`${SAFEGUARD}/limits`, ["ceiling.note"]);
    await shows("/channels/settings/business-messaging/alerts?tab=settings", ["alert.url"]);
    // (what has parts of its own is shown as JSON)
    await under.page.goto(`${under.url}/channels/settings/business-messaging/providers`);
    await under.page.getByRole("article", { name: /^Provider told-/ }).waitFor();
    const shown = seenIn(await textOf(under.page));
    const told = (planted.values.get("provider.settings") ?? []).map((text) => JSON.stringify(text).slice(1, -1));
    expect(told.filter((text) => !shown.includes(seenIn(text)))).toEqual([]);
    await checkPage("providers");
    await shows("/sandbox", ["message.text"], /^Show all/);
    for (const path of ["/overview", SAFEGUARD, `${SAFEGUARD}/detection`, "/channels/verification", "/channels/live"])
      await shows(path, []);
    await shows("/channels/settings/business-messaging/alerts", []);
    await shows("/channels/settings/business-messaging/alerts?tab=deliveries", []);
    await shows(`/channels/incidents/${planted.incident}`, []);
  });

  it("are text in names of accounts: to choose from, and of the one that is chosen", async () => {
    const { page, url } = under;
    await page.goto(`${url}/settings/account`);
    await page.getByRole("combobox", { name: "Account", exact: true }).first().click();
    await readUntilThere("the switch of accounts", ["account.name"]);
    await checkPage("the switch of accounts");
    const { items } = await ask<{ items: readonly { readonly id: string; readonly name: string }[] }>(
      "GET",
      "/v1/accounts?limit=20",
    );
    for (const { id, name } of items.slice(1, 9)) {
      await page.evaluate(`localStorage.setItem("safeguard-account", JSON.stringify("${id}"))`);
      await page.goto(`${url}${SAFEGUARD}/networks`);
      await page.getByRole("heading", { level: 3 }).first().waitFor();
      expect(seenIn(await textOf(page))).toContain(seenIn(name));
      await checkPage(name);
    }
    await page.evaluate('localStorage.removeItem("safeguard-account")');
  });

  it("are text while a switch of detection is on, and in what a policy is in force by", async () => {
    const { page, url } = under;
    const reasons = packed(1_000);
    const files = packed(200, MOST_OF_THEM);
    await page.goto(`${url}/overview`);
    await page.getByRole("heading", { level: 1 }).waitFor();
    for (const reason of reasons) {
      for (const one of ["lockdown", "bypass"]) await ask("POST", `/v1/detection/${one}`, { reason });
      await lookAgain(page, () => expect.poll(() => occurrences(page, reason), { timeout: 10_000 }).toBeGreaterThan(1));
    }
    for (const one of ["lockdown", "bypass"]) await ask("DELETE", `/v1/detection/${one}?reason=over`);
    await checkPage("/overview");
    await page.goto(`${url}${SAFEGUARD}/limits`);
    await page.getByRole("heading", { level: 1 }).waitFor();
    const destinations = await ask<{ items: readonly { readonly code: string }[] }>("GET", "/v1/destinations");
    for (const [index, reason] of reasons.entries()) {
      const managedBy = files[index * 3] ?? "";
      const block = [destinations.items.filter(({ code }) => /^[A-Z]/.test(code)).at(-1 - index)?.code];
      await ask("POST", "/v1/policies/default/destinations", { block, reason, managedBy, force: true });
      const { latestRevision } = await ask<{ latestRevision: number }>("GET", "/v1/policies/default");
      await lookAgain(page, () => page.getByText(`Revision ${latestRevision}, in force since`).waitFor());
      const line = seenIn((await page.getByRole("status").filter({ hasText: "in force since" }).textContent()) ?? "");
      expect(line).toContain(seenIn(reason));
      expect(seenIn((await page.getByRole("main").textContent()) ?? "")).toContain(seenIn(managedBy));
    }
    await checkPage(`${SAFEGUARD}/history`);
    await shows(`${SAFEGUARD}/history`, ["revision.reason"], "Older ones");
  });

  it("are text on the pages of a roll-out, and where the product's name is another", async () => {
    await shows("/customers/rollouts", ["rollout.reason"], "Show more");
    for (const id of planted.rollouts.slice(0, 3)) await shows(`/customers/rollouts/${id}`, []);
    for (const name of ["<img src=x onerror=pwned(9)>", "{{constructor}}", "</title><script>pwned(9)//"]) {
      await ask("PUT", "/v1/brand", { name });
      await under.page.goto(`${under.url}/customers/brand`);
      await expect.poll(() => occurrences(under.page, name), { timeout: 10_000 }).toBeGreaterThan(1);
      await checkPage(name);
    }
    await ask("PUT", "/v1/brand", { name: null });
  });

  it("are text in the names of traffic files", async () => {
    const names = packed(190, MOST_OF_THEM).filter((name) => name.trim() !== "");
    const kept = 9;
    for (let from = 0; from < names.length; from += kept) {
      const made: { readonly id: string; readonly name: string }[] = [];
      for (const name of names.slice(from, from + kept))
        made.push(await ask("POST", "/v1/backtests", { name, bytes: 10 }));
      await under.page.goto(`${under.url}/backtest`);
      await expect
        .poll(
          async () => {
            const shown = seenIn(await textOf(under.page));
            return made.every(({ name }) => shown.includes(seenIn(name)));
          },
          { timeout: 10_000 },
        )
        .toBe(true);
      await checkPage("/backtest");
      for (const { id } of made) await ask("DELETE", `/v1/backtests/${id}`);
    }
    // (a name is a name: no folder, no line, and its numbers are masked)
    planted.plant("backtest.name", ...names);
  });

  it("are text in the audit log, opened too", async () => {
    await shows(
      "/channels/settings/audit",
      [
        ...["key.reason", "incident.reason", "containment.reason", "lockdown.reason", "bypass.reason", "settle.reason"],
        ...["privacy.reason", "anew.reason", "revision.reason", "key.name", "member.name", "rollout.reason"],
      ],
      "Older",
    );
    const { page } = under;
    const opened = page.locator("main .mantine-Accordion-control");
    for (const place of [0, 1, 2, 3, 300, 600, 900]) await opened.nth(place).click({ timeout: 10_000 });
    await checkPage("/channels/settings/audit, opened");
  });

  it("are no formula in any file", async () => {
    const { page, url } = under;
    const formulas: string[] = [];
    let guarded = 0;
    for (const path of [
      "/channels/messages?q=since:24h",
      "/channels/settings/keys",
      "/settings/people",
      `${SAFEGUARD}/networks`,
      `${SAFEGUARD}/ranges`,
      `${SAFEGUARD}/limits`,
      `${SAFEGUARD}/history`,
      "/channels/settings/business-messaging/alerts",
      "/channels/settings/business-messaging/providers",
      "/channels/settings/audit",
      "/sandbox",
    ]) {
      await page.goto(`${url}${path}`);
      const button = page.getByRole("button", { name: /^Export|CSV/ }).first();
      const [file] = await Promise.all([page.waitForEvent("download", { timeout: 120_000 }), button.click()]);
      const cells = cellsOf(readFileSync(await file.path(), "utf8"));
      expect(cells.length, path).toBeGreaterThan(2);
      formulas.push(
        ...cells.filter((cell) => /^\s*[=@\-\uff1d\uff20\uff0b\uff0d]|^[\t\r\n]|^\+(?![\d x•]+$)/.test(cell)),
      );
      guarded += cells.filter((cell) => /^'\s*[=@+-]/.test(cell)).length;
    }
    expect(formulas).toEqual([]);
    expect(guarded).toBeGreaterThan(50);
  });

  it("are text where they come in the address of a page", async () => {
    const said = encodeURIComponent(packed(1_000).join("").slice(0, 4_000).toWellFormed());
    for (const path of [
      `/channels/messages?q=${said}`,
      `/channels/messages?message=${encodeURIComponent("<img src=x onerror=pwned(7)>")}`,
      `/channels/settings/keys?q=${said}`,
      `/settings/people?q=${said}`,
      `/channels/settings/audit?q=${said}&who=${said}`,
      `${SAFEGUARD}?q=${said}`,
      `${SAFEGUARD}/ranges?q=${said}`,
      `${SAFEGUARD}/networks?q=${said}&address=${said}`,
      `${SAFEGUARD}/history?q=${said}`,
      `/channels/settings/business-messaging/alerts?tab=deliveries&receiver=${encodeURIComponent("<svg onload=pwned(8)>")}`,
      `/channels/incidents/${encodeURIComponent("<svg onload=pwned(8)>")}`,
      `/channels/live?destination=${said}`,
      `/channels/nowhere/${encodeURIComponent("<svg onload=pwned(8)>")}`,
    ]) {
      await under.page.goto(`${under.url}${path}`);
      await under.page.locator("main, h1").first().waitFor();
      await under.page.waitForTimeout(300);
      await checkPage(path.slice(0, 80));
    }
  });

  it("are text where somebody comes in, and in the menu of a person", async () => {
    const { page, url } = under;
    await page.goto(`${url}/settings/people`);
    await page.locator("header button[aria-haspopup=menu]").last().click();
    expect(await occurrences(page, PERSON)).toBeGreaterThan(1);
    const { items } = await ask<{ items: readonly { readonly id: string }[] }>("GET", "/v1/members?limit=200");
    const { path } = await ask<{ path: string }>("POST", `/v1/members/${items.at(-1)?.id}/invitation`, {});
    await page.goto(`${url}${path}`);
    await page.getByLabel("New password").waitFor();
    await checkPage("/join");
    await page.goto(`${url}/overview`);
  });

  it("are text where something waits for a second person", async () => {
    await planted.plantProposals();
    await shows("/channels/settings/business-messaging/approvals?show=all", ["act.reason"], "Show more");
    const { page, url } = under;
    await page.goto(`${url}${SAFEGUARD}/limits`);
    await page.getByRole("heading", { level: 1 }).waitFor();
    for (const reason of packed(1_000)) {
      await ask("POST", "/v1/policies/default/destinations", { allow: ["CU"], reason, force: true });
      await lookAgain(page, () => expect.poll(() => occurrences(page, reason), { timeout: 10_000 }).toBeGreaterThan(0));
      const { items } = await ask<{ items: readonly { readonly number: number }[] }>("GET", "/v1/approvals");
      await ask("POST", `/v1/policies/default/revisions/${items[0]?.number}/withdraw`, { reason: "over" });
    }
    await checkPage(`${SAFEGUARD}/limits`);
  });

  it("stand in every field of the API in which a client may write a text, or are refused there", async () => {
    const answer = await fetch(`${under.url}/openapi.json`);
    const fields = textFields((await answer.json()) as OpenApi);
    expect(fields.length).toBeGreaterThan(150);
    expect(fields.filter(({ name }) => kindOf(name) === undefined).map(({ name }) => name)).toEqual([]);
    for (const { name, pattern } of fields) {
      const kind = kindOf(name);
      if (kind?.is === "stored") expect(planted.count(kind.as), `${name} (${kind.as})`).toBeGreaterThanOrEqual(FEWEST);
      if (kind?.is !== "closed" || pattern === undefined) continue;
      const form = new RegExp(pattern, "u");
      expect(
        HOSTILE_STRINGS.filter(({ text }) => /[<>"'`(){}\s=&$]/.test(text) && form.test(text)),
        name,
      ).toEqual([]);
    }
  });
});

/** As after some time in another window: what the page shows is asked for again. */
async function lookAgain(page: Page, check: () => Promise<void>): Promise<void> {
  await page.evaluate(`(() => {
    const now = Date.now;
    Date.now = () => now() + 60_000;
    window.dispatchEvent(new Event("visibilitychange"));
  })()`);
  await check();
}

async function occurrences(page: Page, text: string): Promise<number> {
  return seenIn(await textOf(page)).split(seenIn(text)).length - 1;
}

/** All that stands in a page: its text, what is in its fields, and what is said to those who do not see it. */
function textOf(page: Page): Promise<string> {
  return page.evaluate<string>(`(() => {
    const parts = [document.title, document.body.textContent];
    for (const field of document.querySelectorAll("input, textarea")) parts.push(field.value);
    for (const one of document.querySelectorAll("[aria-label], [title]")) {
      parts.push(one.getAttribute("aria-label") ?? "", one.getAttribute("title") ?? "");
    }
    return parts.join("\\0");
  })()`);
}

/** Elements and attributes that no page of ours has: what was planted would have made them. */
const INTRUDERS = `({
  elements: [...document.querySelectorAll("*")]
    .filter((one) =>
      /^(?:iframe|object|embed|base|marquee|audio|video|math|animate|foreignobject|mglyph|x)$/i.test(one.localName) ||
      [...one.attributes].some(({ name, value }) => /^on/i.test(name) || /^\\s*javascript:/i.test(value) || /evil/.test(name)) ||
      (one.localName === "a" && /evil\\.example|^(?:vbscript|data):/.test(one.href)) ||
      (one.localName === "img" && !one.src.startsWith(location.origin)))
    .map((one) => one.outerHTML.slice(0, 200)),
  polluted: "polluted" in {},
})`;

/** The cells of a file, as RFC 4180 has them. */
function cellsOf(file: string): readonly string[] {
  return [...file.slice(1).matchAll(/("(?:[^"]|"")*"|[^",\r\n]*)(?:,|\r\n|$)/g)].map(([, cell = ""]) =>
    cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell,
  );
}

/** Spaces and line breaks are for the browser to set; half a letter cannot be written down at all. */
function seenIn(text: string): string {
  return text.toWellFormed().replaceAll(/\s+/gu, "");
}
