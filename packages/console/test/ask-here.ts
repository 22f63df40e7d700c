import type { Page } from "playwright-core";

/** Asks the native API as whoever is signed in on the page. Throws what was refused. */
export async function askHere<T>(page: Page, method: string, path: string, body?: object): Promise<T> {
  const answer = await page.evaluate(
    async ([verb, url, text]) => {
      const response = await fetch(url, {
        method: verb,
        headers: { "safeguard-console": "1", ...(text === "" ? {} : { "content-type": "application/json" }) },
        ...(text === "" ? {} : { body: text }),
      });
      return { status: response.status, text: await response.text() };
    },
    [method, path, body === undefined ? "" : JSON.stringify(body)] as const,
  );
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
  return JSON.parse(answer.text) as T;
}

export interface Sent {
  readonly id: string;
  readonly status: string;
}

/** A program that sends, with a key of its own: persons do not. */
export type Sender = (numbers: readonly string[], more?: object) => Promise<readonly Sent[]>;

/** Makes a key as the owner who is signed in, and sends with it: to each number, in batches of a thousand. */
export async function makeSender(page: Page): Promise<Sender> {
  const { secret } = await askHere<{ readonly secret: string }>(page, "POST", "/v1/keys", {
    name: "sender",
    mode: "test",
    scopes: ["messages:send"],
  });
  const url = new URL("/v1/messages", page.url());
  return async (numbers, more = {}) => {
    const sent: Sent[] = [];
    for (let first = 0; first < numbers.length; first += 1000) {
      const messages = numbers
        .slice(first, first + 1000)
        .map((to) => ({ to, from: "Shop", text: "Your code is 123456", purpose: "otp", ...more }));
      const answer = await fetch(url, {
        method: "POST",
        headers: { authorization: `Bearer ${secret}`, "content-type": "application/json" },
        body: JSON.stringify({ messages }),
      });
      if (!answer.ok) throw new Error(`/v1/messages: ${answer.status} ${await answer.text()}`);
      sent.push(...((await answer.json()) as { readonly messages: readonly Sent[] }).messages);
    }
    return sent;
  };
}

/** People all over the Netherlands. */
export function dutch(count: number): readonly string[] {
  return Array.from(
    { length: count },
    (_, person) => `+316${String((person * 7_919_317 + 12_345_678) % 100_000_000).padStart(8, "0")}`,
  );
}
