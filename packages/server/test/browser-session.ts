import { createHmac } from "node:crypto";

/** What a browser does for the pages of the console: keeps cookies, and says where a request comes from. */
export interface BrowserSession {
  /** Name and value, as they would be sent. */
  readonly cookies: ReadonlyMap<string, string>;
  /** The last answer's `Set-Cookie`, whole. */
  readonly lastSetCookies: readonly string[];
  send(
    method: string,
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ): Promise<BrowserAnswer>;
  /** Another browser with the same cookies. */
  copy(): BrowserSession;
}

export interface BrowserAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly json: Readonly<Record<string, unknown>>;
}

/** `address`: what the proxy before the server says that the client's is; each address has its own count of tries. */
export function openBrowser(url: string, address: string, held: Iterable<[string, string]> = []): BrowserSession {
  const cookies = new Map(held);
  let lastSetCookies: readonly string[] = [];
  return {
    cookies,
    get lastSetCookies() {
      return lastSetCookies;
    },
    copy: () => openBrowser(url, address, cookies),
    async send(method, path, body, headers = {}) {
      const answer = await fetch(new URL(path, url), {
        method,
        redirect: "manual",
        headers: {
          "x-forwarded-for": address,
          ...(method !== "GET" && { origin: url, "sec-fetch-site": "same-origin", "safeguard-console": "1" }),
          ...(body !== undefined && { "content-type": "application/json" }),
          ...(cookies.size > 0 && { cookie: [...cookies].map((cookie) => cookie.join("=")).join("; ") }),
          ...headers,
        },
        ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
      });
      lastSetCookies = answer.headers.getSetCookie();
      for (const line of lastSetCookies) {
        const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
        if (value === "" || /max-age=0/i.test(line)) cookies.delete(name);
        else cookies.set(name, value);
      }
      const text = await answer.text();
      const isJson = answer.headers.get("content-type")?.includes("json") === true && text !== "";
      return { status: answer.status, headers: answer.headers, text, json: isJson ? JSON.parse(text) : {} };
    },
  };
}

/** The code that an authenticator app shows for an `otpauth://` URI (RFC 6238, 30 seconds, six digits). `at`: epoch milliseconds. */
export function codeOf(totpUri: string, at = Date.now()): string {
  const secret = fromBase32(new URL(totpUri).searchParams.get("secret") ?? "");
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(at / 30_000)));
  const mac = createHmac("sha1", secret).update(counter).digest();
  const offset = (mac.at(-1) ?? 0) & 0x0f;
  return String((mac.readUInt32BE(offset) & 0x7fff_ffff) % 1_000_000).padStart(6, "0");
}

function fromBase32(text: string): Buffer {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = [...text.replace(/=+$/, "")]
    .map((letter) => alphabet.indexOf(letter).toString(2).padStart(5, "0"))
    .join("");
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}
