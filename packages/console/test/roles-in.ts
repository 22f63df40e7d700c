import type { BrowserContext, Page } from "playwright-core";
import { askHere } from "./ask-here.ts";
import type { ConsoleUnderTest } from "./start-console.ts";

export const ROLE_NAMES = ["owner", "operator", "analyst", "read_only"] as const;
export type RoleName = (typeof ROLE_NAMES)[number];

/** Somebody of each role, signed in, each in a browser context of one's own; the owner is the first person. */
export async function peopleOfRoles(under: ConsoleUnderTest): Promise<ReadonlyMap<RoleName, Page>> {
  const pages = new Map<RoleName, Page>([["owner", under.page]]);
  const browser = under.context.browser();
  if (browser === null) throw new Error("the browser is gone");
  for (const role of ROLE_NAMES.slice(1)) {
    const context: BrowserContext = await browser.newContext({
      viewport: { width: 1280, height: 900 },
      locale: "en-GB",
    });
    const page = await context.newPage();
    const member = { name: `Somebody ${role}`, email: `${role}@example.com`, role };
    const { id } = await askHere<{ id: string }>(under.page, "POST", "/v1/members", member);
    const { path } = await askHere<{ path: string }>(under.page, "POST", `/v1/members/${id}/invitation`, {});
    await page.goto(`${under.url}${path}`);
    await page.getByLabel("New password").fill("correct horse battery");
    await page.getByLabel("The same once more").fill("correct horse battery");
    await page.getByRole("button").last().click();
    await page.waitForURL("**/overview");
    pages.set(role, page);
  }
  return pages;
}
