import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ConsoleUnderTest, NO_BROWSER, startUnused } from "./start-console.ts";

const MOST_PRESSES = 160;
const PASSWORD = "correct horse battery";

describe.skipIf(NO_BROWSER !== undefined)(
  "the main flow by keyboard alone, in the browser",
  { timeout: 200_000 },
  () => {
    let under: ConsoleUnderTest & { readonly setupLink: string };
    beforeAll(async () => {
      under = await startUnused();
    });
    afterAll(() => under?.stop());

    const press = (key: string) => under.page.keyboard.press(key);
    const type = (text: string) => under.page.keyboard.type(text);
    /** Presses Tab (or backwards) until what is meant has the focus; at each stop one must see where one is. */
    async function tabTo(wanted: RegExp, key: "Tab" | "Shift+Tab" = "Tab"): Promise<void> {
      const { page } = under;
      const seen: string[] = [];
      for (let times = 0; times < MOST_PRESSES; times++) {
        const is = await focused(page);
        if (wanted.test(is)) return;
        seen.push(is);
        await press(key);
        await checkFocusIsSeen(page);
      }
      throw new Error(`${wanted} is not reached by ${key}: ${seen.join(" → ")}`);
    }
    /** By the palette, as who knows the name of a page goes there. */
    async function goTo(name: string): Promise<void> {
      const { page } = under;
      await press("Control+k");
      await page.getByPlaceholder("Page, destination, account …").waitFor();
      await type(name);
      await page
        .locator("[data-selected]")
        .filter({ hasText: name.split(" ").at(-1) ?? name })
        .first()
        .waitFor();
      await press("Enter");
      await page.getByRole("dialog").waitFor({ state: "detached" });
    }

    it("sets up the first person, by the link", async () => {
      const { page } = under;
      await page.goto(under.setupLink);
      await page.getByLabel("Your name").waitFor();
      await tabTo(/^textbox "Your name"/);
      await type("Ann Example");
      await tabTo(/^textbox "E-mail address"/);
      await type("ann@example.com");
      await tabTo(/^textbox "New password"/);
      await type(PASSWORD);
      await tabTo(/^textbox "The same once more"/);
      await type(PASSWORD);
      await tabTo(/^button "Set up"/);
      await press("Enter");
      await page.waitForURL("**/overview");
      await page.getByRole("heading", { level: 1 }).waitFor();
    });

    it("goes out by the menu, and in again", async () => {
      const { page } = under;
      await tabTo(/^button ".*Ann Example/);
      await press("Enter");
      await page.getByRole("menuitem", { name: "Sign out" }).waitFor();
      await press("ArrowUp");
      for (let times = 0; times < 12 && !/Sign out/.test(await focused(page)); times++) await press("ArrowUp");
      expect(await focused(page)).toMatch(/^menuitem "Sign out"/);
      await press("Enter");
      await page.waitForURL("**/sign-in**");
      await page.getByLabel("E-mail address").waitFor();
      await tabTo(/^textbox "E-mail address"/);
      await type("ann@example.com");
      await tabTo(/^textbox "Password"/);
      await type(PASSWORD);
      await press("Enter");
      await page.waitForURL("**/overview");
      await page.getByRole("heading", { level: 1 }).waitFor();
    });

    it("jumps over the navigation, and shows what keys there are", async () => {
      const { page } = under;
      await page.reload();
      await page.getByRole("heading", { level: 1 }).waitFor();
      await press("Tab");
      expect(await focused(page)).toMatch(/^link "Skip|^link "To the/);
      expect(
        await page.locator(".skip-link").evaluate((link) => link.getBoundingClientRect().left),
      ).toBeGreaterThanOrEqual(0);
      await press("Enter");
      expect(await page.evaluate<string>("document.activeElement.id")).toBe("page");
      await press("Tab");
      expect(await page.evaluate<boolean>('document.activeElement.closest("main") !== null')).toBe(true);
      const before = await focused(page);
      await press("?");
      await page.getByRole("dialog").getByText("Ctrl").first().waitFor();
      await press("Escape");
      await page.getByRole("dialog").waitFor({ state: "detached" });
      await expect.poll(() => focused(page)).toBe(before);
    });

    it("blocks a country with its preview and a reason, and takes it back", async () => {
      const { page } = under;
      await goTo("block Nigeria");
      await page.waitForURL(/safeguard\?q=/);
      await page.getByRole("checkbox", { name: "Allow Nigeria" }).waitFor();
      await tabTo(/^checkbox "Allow Nigeria"/);
      await press("Space");
      const bar = page.getByRole("region", { name: "What this change would do" });
      await bar.getByText("Blocks 1 destination.").waitFor();
      await tabTo(/^button "Review and save"/);
      // (looked at, put away, and looked at again: one stands where one stood)
      await press("Enter");
      const dialog = page.getByRole("dialog", { name: "Review and save" });
      await dialog.waitFor();
      await press("Escape");
      await dialog.waitFor({ state: "detached" });
      await expect.poll(() => focused(page)).toMatch(/^button "Review and save"/);
      await press("Enter");
      await dialog.getByRole("rowheader", { name: "Nigeria (NG)" }).waitFor();
      await expect.poll(() => focused(page)).toMatch(/^textbox "Why/);
      await type("pumping since Monday");
      await tabTo(/^button "Save"/);
      await press("Enter");
      await page.getByText("Revision 2, in force since").waitFor();
      await dialog.waitFor({ state: "detached" });
      await tabTo(/^button "Undo revision 2"/, "Shift+Tab");
      await press("Enter");
      await page.getByText("Revision 3, in force since").waitFor();
    });

    it("simulates an attack, opens its incident, contains and releases it", async () => {
      const { page } = under;
      await goTo("Overview");
      await page.waitForURL("**/overview");
      await page.getByRole("button", { name: "Simulate an attack" }).waitFor();
      await tabTo(/^button "Simulate an attack"/);
      await press("Enter");
      await page.getByRole("link", { name: "Open incident 1" }).waitFor({ timeout: 60_000 });
      await tabTo(/^link "Open incident 1"/);
      await press("Enter");
      await page.waitForURL("**/channels/incidents/1");
      await page.getByTestId("sentence").waitFor();
      for (const [act, done] of [
        ["Block for longer", "Incident 1 is blocked for longer."],
        ["Release", /^Released\./],
      ] as const) {
        await page.getByRole("button", { name: act, exact: true }).waitFor();
        await tabTo(new RegExp(`^button "${act}"`));
        await press("Enter");
        const dialog = page.getByRole("dialog").filter({ has: page.getByTestId("preview") });
        await dialog.waitFor();
        await expect.poll(() => focused(page)).toMatch(/^textbox "Why/);
        await type("by keyboard");
        await tabTo(new RegExp(`^button "${act}"`));
        await press("Enter");
        await page.getByText(done).waitFor();
        await dialog.waitFor({ state: "detached" });
        expect(await page.evaluate<string>("document.activeElement.localName"), "the focus is not lost").not.toBe(
          "body",
        );
      }
    });

    it("comes through every stop of a page and out of it, forwards and back", async () => {
      const { page } = under;
      await page.reload();
      await page.locator('[data-picture="rate"] [data-mark]').first().waitFor();
      for (const key of ["Tab", "Shift+Tab"] as const) {
        const stops = new Set<string>();
        let isOut = false;
        await page.evaluate("document.activeElement.blur()");
        for (let times = 0; times < MOST_PRESSES && !isOut; times++) {
          await press(key);
          isOut = times > 5 && (await page.evaluate<boolean>("document.activeElement === document.body"));
          if (isOut) break;
          await checkFocusIsSeen(page);
          stops.add(await focused(page));
        }
        expect(isOut, `${key} does not come out: ${[...stops].join(" → ")}`).toBe(true);
        expect(stops.size).toBeGreaterThan(20);
      }
      expect(under.complaints).toEqual([]);
    });
  },
);

/** Role and name of what has the focus. */
async function focused(page: Page): Promise<string> {
  const focus = page.locator(":focus");
  if ((await focus.count()) === 0) return "";
  return (await focus.first().ariaSnapshot()).split("\n")[0]?.replace(/^- '?/, "") ?? "";
}

/** Does anything around what has the focus look other than without it? */
async function checkFocusIsSeen(page: Page): Promise<void> {
  const unseen = await page.evaluate<string | null>(`(() => {
    if (!globalThis.isStill) {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync("* { transition: none !important; }");
      document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
      globalThis.isStill = true;
    }
    const focus = document.activeElement;
    if (focus === null || focus === document.body || focus.id === "page") return null;
    const around = [focus, focus.parentElement, focus.nextElementSibling, focus.parentElement?.parentElement, focus.closest("label")]
      .concat([...focus.querySelectorAll("*")].slice(0, 20))
      .filter((one) => one instanceof Element);
    const look = () => around.map((one) => {
      const { outlineStyle, outlineWidth, outlineColor, boxShadow, borderColor, backgroundColor, stroke, strokeWidth, textDecorationLine } = getComputedStyle(one);
      return [outlineStyle === "none" ? "" : outlineStyle + outlineWidth + outlineColor, boxShadow, borderColor, backgroundColor, stroke, strokeWidth, textDecorationLine].join();
    }).join("|");
    // (an open list would be closed by it)
    if (focus.getAttribute("aria-expanded") === "true") return null;
    const box = focus.getBoundingClientRect();
    if (box.bottom < 0 || box.top > innerHeight) return "out of sight: " + focus.outerHTML.slice(0, 160);
    const withFocus = look();
    focus.blur();
    const without = look();
    focus.focus({ preventScroll: true });
    return withFocus === without ? focus.outerHTML.slice(0, 200) : null;
  })()`);
  expect(unseen, "one does not see that it has the focus").toBeNull();
}
