import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AccountId } from "@safeguard/core";
import type { Account } from "../src/accounts/account.ts";
import { SCOPES } from "../src/accounts/api-key.ts";
import { createKey } from "../src/accounts/create-key.ts";
import type { NewKey } from "../src/accounts/key-body.ts";
import { listen } from "../src/composition.ts";
import { type Config, readConfig } from "../src/config/config.ts";
import { environmentOf } from "../src/config/environment.ts";
import { makeFirstAccount } from "../src/first-start.ts";
import { firstPolicy } from "../src/policies/first-policy.ts";
import { openSafeguard, type Safeguard } from "../src/safeguard.ts";
import { databaseOf } from "./store-of-tests.ts";

/** A key's faces, as a client uses them. */
export interface TestKey {
  readonly id: string;
  readonly secret: string;
  readonly productToken: string;
  readonly twilioSid: string;
  readonly authToken: string;
}

export interface TestSafeguardOptions {
  /** Allow list of these; without: a block list that lets all countries pass. */
  readonly countries?: readonly string[];
  /** An existing data folder, to start on what another run left. It is then kept. */
  readonly dataDirectory?: string;
  readonly config?: Partial<Config>;
  /** `off`: the account's policy says so, for tests of other things that send a lot to a few numbers. Default: as a first start has it. */
  readonly detection?: "off";
  /** The time of day; without: the system's. */
  readonly wall?: () => number;
}

/** The real product on an ephemeral port, with an account, a test key that reaches the sandbox, and a live key. */
export interface TestSafeguard {
  readonly url: string;
  readonly dataDirectory: string;
  readonly account: Account;
  /** Reaches only the sandbox. */
  readonly testKey: TestKey;
  /** Follows the account's routes; the sandbox, until others are set. */
  readonly liveKey: TestKey;
  readonly safeguard: Safeguard;
  key(settings: Partial<NewKey>): Promise<TestKey>;
  /** The native API with the live key (or another secret); the answer's JSON. */
  api(method: string, path: string, body?: unknown, secret?: string): Promise<{ status: number; body: unknown }>;
  /** The same as the operator. */
  operator(method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }>;
  /** Adds a provider and routes every destination of the account to it. */
  routeTo(provider: {
    id: string;
    kind: string;
    settings: Record<string, unknown>;
    secrets?: Record<string, string>;
  }): Promise<void>;
  stop(): Promise<void>;
}

export async function startSafeguard(options: TestSafeguardOptions = {}): Promise<TestSafeguard> {
  const dataDirectory = options.dataDirectory ?? mkdtempSync(join(tmpdir(), "safeguard-test-"));
  const database = databaseOf(dataDirectory);
  const config: Config = {
    ...readConfig("dev", environmentOf({}), { dataDirectory, port: 0 }),
    database: database && { address: database, allowUnsafe: false },
    logLevel: "silent",
    ...options.config,
  };
  const safeguard = await openSafeguard(config, options.wall);
  if (safeguard.directory.accounts().length === 0) {
    const policy = firstPolicy(options.countries ?? []);
    if (!policy.ok) throw new Error(policy.problems.join("; "));
    const document = options.detection === "off" ? { ...policy.document, detection: OFF } : policy.document;
    await makeFirstAccount(safeguard.services, document, { mode: "dev", at: safeguard.now() });
  }
  const [account] = safeguard.directory.accounts();
  if (account === undefined) throw new Error("the first start made no account");
  const running = await listen(safeguard, config, undefined);

  const key = async (settings: Partial<NewKey>): Promise<TestKey> => {
    const context = {
      principal: { type: "operator" },
      actor: { type: "operator", name: "test" },
      account,
      at: safeguard.now(),
    } as const;
    const created = await createKey(safeguard.services, context, {
      name: "test",
      mode: "live",
      scopes: [...SCOPES],
      ...settings,
    });
    const { secret, productToken, authToken } = created.minted;
    return { id: created.key.id, secret, productToken, authToken, twilioSid: account.twilioSid };
  };
  const testKey = await key({ mode: "test" });
  const liveKey = await key({ mode: "live" });
  const request = async (method: string, path: string, body: unknown, secret: string, named?: AccountId) => {
    const answer = await fetch(`${running.url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${secret}`,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...(named === undefined ? {} : { "safeguard-account": named }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return { status: answer.status, body: text === "" ? undefined : (JSON.parse(text) as unknown) };
  };
  const operator: TestSafeguard["operator"] = (method, path, body) =>
    request(method, path, body, safeguard.operatorSecret, account.id);

  return {
    url: running.url,
    dataDirectory,
    account,
    testKey,
    liveKey,
    safeguard,
    key,
    api: (method, path, body, secret = liveKey.secret) => request(method, path, body, secret),
    operator,
    async routeTo(provider) {
      await expectSuccess(operator("POST", "/v1/providers", provider));
      await expectSuccess(operator("PUT", "/v1/routes", { routes: [{ destination: "*", providers: [provider.id] }] }));
    },
    async stop() {
      await running.stop();
      if (options.dataDirectory === undefined) rmSync(dataDirectory, { recursive: true, force: true });
    },
  };
}

/** An account of its own beside the first, and a live key of it. */
export async function anotherAccount(
  { url, safeguard: { operatorSecret } }: TestSafeguard,
  name: string,
): Promise<{ readonly id: string; readonly secret: string }> {
  const post = async (path: string, body: object, account?: string): Promise<Record<string, string>> => {
    const answer = await fetch(`${url}${path}`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${operatorSecret}`,
        "content-type": "application/json",
        ...(account !== undefined && { "safeguard-account": account }),
      },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`the API answered ${answer.status}: ${await answer.text()}`);
    return (await answer.json()) as Record<string, string>;
  };
  const { id = "" } = await post("/v1/accounts", { name });
  const { secret = "" } = await post("/v1/keys", { name, mode: "live", scopes: [...SCOPES] }, id);
  return { id, secret };
}

const OFF = { mode: "off" } as const;

async function expectSuccess(answer: Promise<{ status: number; body: unknown }>): Promise<void> {
  const { status, body } = await answer;
  if (status >= 300) throw new Error(`the API answered ${status}: ${JSON.stringify(body)}`);
}
