import type { IncidentEvidence } from "@safeguard/client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { NAVIGATION, type NavigationEntry } from "../src/frame/navigation.ts";
import { TABS } from "../src/safeguard/tabs.ts";
import { askHere } from "./ask-here.ts";
import { type ConsoleUnderTest, NO_BROWSER, startConsole } from "./start-console.ts";

const WIDTHS = [360, 768, 1280, 1600];
/** As long as anything may be named, without a place to break it. */
const LONG = "Wholesale-of-everything-that-can-be-sold-in-one-place-".repeat(3);

const pathsOf = (entries: readonly NavigationEntry[]): readonly string[] =>
  entries.flatMap(({ to, below = [] }) => [...(to === undefined ? [] : [to]), ...pathsOf(below)]);

describe.skipIf(NO_BROWSER !== undefined)("every page at every width, in the browser", { timeout: 400_000 }, () => {
  let under: ConsoleUnderTest;
  beforeAll(async () => {
    under = await startConsole();
    const { page } = under;
    await askHere(page, "POST", "/v1/sandbox/attack", {});
    await askHere(page, "POST", "/v1/keys", { name: LONG, mode: "test", scopes: ["messages:send"] });
    await askHere(page, "POST", "/v1/members", { name: LONG, email: "long@example.com", role: "analyst" });
    await askHere(page, "POST", "/v1/policies/default/exceptions", {
      add: [{ range: "+31611111111", kind: "barred", note: LONG }],
      reason: LONG,
    });
    await askHere(page, "POST", "/v1/policies/default/limits", {
      ceilings: [{ name: "hourly", window: "hour", messages: 100_000, note: LONG }],
      reason: LONG,
    });
    await askHere(page, "PUT", "/v1/alerts/settings", {
      channels: [{ id: "ops", type: "webhook", url: `http://127.0.0.1:9/${LONG}` }],
    });
  }, 300_000);
  afterAll(() => under?.stop());

  it(`has nothing that is wider than the window at ${WIDTHS.join(", ")} pixels`, { timeout: 400_000 }, async () => {
    const { page, url } = under;
    const paths = new Set([
      ...pathsOf(NAVIGATION),
      ...TABS.map(({ to }) => to),
      "/channels/incidents?state=all",
      "/channels/incidents/1",
      "/channels/settings/business-messaging/alerts?tab=settings",
      "/channels/settings/business-messaging/alerts?tab=deliveries",
    ]);
    expect(paths.size).toBeGreaterThan(20);
    const wide: string[] = [];
    for (const path of paths) {
      await page.goto(`${url}${path}`);
      await page.getByRole("heading", { level: 1 }).waitFor();
      await page.waitForLoadState("networkidle", { timeout: 5_000 }).catch(() => undefined);
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: 900 });
        await page.waitForTimeout(150);
        const over = await page.evaluate<string | null>(`(() => {
          const { scrollWidth, clientWidth } = document.documentElement;
          const cut = [...document.querySelectorAll(".mantine-SegmentedControl-root")].find((one) => one.scrollWidth > one.clientWidth + 1);
          if (cut !== undefined) return "a choice does not fit its box: " + cut.textContent;
          if (scrollWidth <= clientWidth) return null;
          const widest = [...document.querySelectorAll("main *")].find((one) => one.getBoundingClientRect().right > clientWidth + 1);
          return scrollWidth + " > " + clientWidth + ": " + (widest?.outerHTML.slice(0, 160) ?? "");
        })()`);
        if (over !== null) wide.push(`${path} at ${width}: ${over}`);
      }
    }
    expect(wide).toEqual([]);
    expect(under.complaints).toEqual([]);
  });

  it.each(["en", "nl"] as const)("nor has an incident in a block of ten million numbers, in %s", async (language) => {
    const { page, url } = under;
    await page.evaluate((chosen) => localStorage.setItem("safeguard-language", chosen), language);
    await page.setViewportSize({ width: 360, height: 900 });
    const path = "**/v1/incidents/1/evidence*";
    await page.route(path, async (route) => {
      const answer = await route.fetch();
      const evidence = (await answer.json()) as IncidentEvidence;
      const line = { ...evidence.line, prefix: evidence.line.prefix.slice(0, 5), size: 10_000_000 };
      await route.fulfill({ response: answer, json: { ...evidence, line } });
    });
    await page.goto(`${url}/channels/incidents/1`);
    const zoom = page.getByRole("radiogroup", { name: language === "en" ? "Numbers shown" : "Getoonde nummers" });
    await zoom.waitFor();
    expect(await zoom.getByRole("radio").count()).toBe(6);
    const rooms = `[document.documentElement, document.querySelector("[data-picture=number-line] [role=radiogroup]")]
      .map(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)`;
    expect(await page.evaluate<readonly number[]>(rooms)).toEqual([0, 0]);
    await page.unroute(path);
    await page.evaluate(() => localStorage.removeItem("safeguard-language"));
  });

  it("nor have the pages before the sign-in", async () => {
    const context = await under.context.browser()?.newContext({ locale: "en-GB" });
    const page = await context?.newPage();
    if (page === undefined) throw new Error("the browser is gone");
    for (const path of ["/sign-in", "/setup", "/join", "/new-password"]) {
      await page.goto(`${under.url}${path}`);
      await page.getByRole("heading", { level: 1 }).waitFor();
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: 900 });
        const room = await page.evaluate<number>(
          "document.documentElement.clientWidth - document.documentElement.scrollWidth",
        );
        expect([path, width, room]).toEqual([path, width, 0]);
      }
    }
    await page.context().close();
  });
});
