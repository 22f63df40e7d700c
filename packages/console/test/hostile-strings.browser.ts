import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { askHere } from "./ask-here.ts";
import { kindOf, type OpenApi, textFields } from "./hostile/api-fields.ts";
import { HOSTILE_STRINGS } from "./hostile/hostile-strings.ts";
import { type Ask, packed, type Planted, plantHostile } from "./hostile/plant-hostile.ts";
import { type ConsoleUnderTest, NO_BROWSER, startConsole } from "./start-console.ts";

const SAFEGUARD = "/channels/settings/business-messaging/safeguard";
const EVERYTHING =
  "messages:send messages:read decisions:write events:write policies:read policies:write approvals:write accounts:read accounts:write members:write keys:write routes:write providers:write incidents:read incidents:write alerts:write usage:read numbers:reveal privacy:write audit:read".split(
    " ",
  );
/** Of the fields of the API that are kept, as many strings as must have been in each. */
const FEWEST = 500;

describe.skipIf(NO_BROWSER !== undefined)("hostile strings in every field that is kept", { timeout: 300_000 }, () => {
  let under: ConsoleUnderTest;
  let planted: Planted;
  let ask: Ask;
  /** What happened that must not. */
  const happened: string[] = [];
  const seen = new Set<string>();

  beforeAll(async () => {
    under = await startConsole('Ann "><img src=x onerror=pwned(9)> $t(frame.skip) {{name}} <since/>');
    const { page, context, url } = under;
    await context.exposeFunction("pwned", (which: unknown) => happened.push(`ran: ${String(which)}`));
    page.on("dialog", (dialog) => {
      happened.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on("request", (request) => {
      if (!request.url().startsWith(`${url}/`) && !/^(?:blob|data):/.test(request.url())) happened.push(`asked for ${request.url()}`);
    });
    page.on("framenavigated", (frame) => {
      if (frame.parentFrame() !== null || !frame.url().startsWith(url)) happened.push(`went to ${frame.url()}`);
    });
    // (before there is a live key: after that nothing is simulated)
    const attack = askHere(page, "POST", "/v1/sandbox/attack", {});
    const session = await askHere<{ accounts: readonly { readonly id: string }[] }>(page, "GET", "/v1/session");
    const account = session.accounts[0]?.id ?? "";
    const askAs = async (mode: "test" | "live"): Promise<Ask> => {
      const { secret } = await askHere<{ secret: string }>(page, "POST", "/v1/keys", { name: mode, mode, scopes: EVERYTHING });
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
      expect(HOSTILE_STRINGS.filter(({ text }) => /[<>"'`(){}\s=&$]/.test(text) && form.test(text)), name).toEqual([]);
    }
  });

  /** Opens a page and reads all that stands in it; what of it was asked for and is not there is given back. */
  async function shows(path: string, fields: readonly string[], more: (page: Page) => Promise<void> = nothing): Promise<void> {
    const { page, url } = under;
    await page.goto(`${url}${path}`);
    await page.locator("main").waitFor();
    await page.locator('main [aria-busy="true"]').first().waitFor({ state: "detached" });
    await more(page);
    await page.waitForTimeout(150);
    const shown = seenIn(await textOf(page));
    for (const field of fields) expect(missing(field, shown), `${field} on ${path}`).toEqual([]);
    await checkPage(path);
  }

  /** Nothing of what was planted has become a part of the page. */
  async function checkPage(path: string): Promise<void> {
    const found = await under.page.evaluate(() => ({
      elements: [...document.querySelectorAll("*")]
        .filter(
          (one) =>
            /^(?:iframe|object|embed|base|marquee|audio|video|math|animate|foreignobject|mglyph|x)$/i.test(one.localName) ||
            [...one.attributes].some(({ name, value }) => /^on/i.test(name) || /^\s*javascript:/i.test(value) || /evil/.test(name)) ||
            (one.localName === "a" && /evil\.example|^(?:vbscript|data):/.test((one as HTMLAnchorElement).href)) ||
            (one.localName === "img" && !(one as HTMLImageElement).src.startsWith(location.origin)),
        )
        .map((one) => one.outerHTML.slice(0, 200)),
      polluted: "polluted" in {},
    }));
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
    const all: string[] = [];
    for (let before = -1, at = 0; at !== before; ) {
      before = at;
      all.push(await textOf(page));
      await page.mouse.wheel(0, 4000);
      await page.waitForTimeout(250);
      at = await page.evaluate(() => window.scrollY);
    }
    expect(missing("message.from", seenIn(all.join("\n")))).toEqual([]);
    await checkPage("/channels/messages");
  });
});

const nothing = async (): Promise<void> => undefined;

/** All that stands in a page: its text, what is in its fields, and what is said to those who do not see it. */
function textOf(page: Page): Promise<string> {
  return page.evaluate(() => {
    const parts = [document.title, document.body.textContent];
    for (const field of document.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>("input, textarea")) parts.push(field.value);
    for (const one of document.querySelectorAll("[aria-label], [title]")) {
      parts.push(one.getAttribute("aria-label") ?? "", one.getAttribute("title") ?? "");
    }
    return parts.join("\u0000");
  });
}

/** Spaces and line breaks are for the browser to set; half a letter cannot be written down at all. */
function seenIn(text: string): string {
  return text.toWellFormed().replaceAll(/\s+/gu, "");
}
