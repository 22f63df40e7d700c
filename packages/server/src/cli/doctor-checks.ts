import { accessSync, constants, existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { accountView } from "../accounts/account-body.ts";
import { readConfig } from "../config/config.ts";
import { ConfigurationInvalid } from "../config/environment.ts";
import { journalPageView } from "../decisions/journal-routes.ts";
import { alertView } from "../incidents/alert-view.ts";
import { policySummaryView } from "../policies/list-policies.ts";
import { numberingView } from "../policies/numbering-changes.ts";
import { providerCheckView, providerView } from "../providers/provider-view.ts";
import { routesView } from "../providers/routes.ts";
import { lockHolder } from "../store/directory-lock.ts";
import type { AlertCode } from "../store/journal-record.ts";
import { describeStorePlace } from "../store/open-store.ts";
import type { ApiClient } from "./api-client.ts";
import type { Cli, GlobalFlags } from "./cli.ts";
import { configOf, connect } from "./connect.ts";
import { everyItem } from "./every-item.ts";
import { readServerFile } from "./server-file.ts";

/** `note`: good for `safeguard dev`, and to be seen to before production. */
export type CheckState = "good" | "note" | "warning" | "bad";

/** One thing that was looked at. */
export interface Check {
  readonly name: string;
  readonly state: CheckState;
  readonly detail: string;
  /** What to do; absent where nothing is. */
  readonly remedy?: string;
}

/** Looks at everything that commonly goes wrong. Changes nothing, sends nothing. */
export async function runChecks(cli: Cli, flags: GlobalFlags): Promise<readonly Check[]> {
  const remote = (flags.url ?? cli.terminal.environment.get("SAFEGUARD_URL")) !== undefined;
  const local = remote ? [] : localChecks(cli, flags);
  if (local.some(({ state }) => state === "bad")) return local;
  let client: ApiClient;
  try {
    client = await connect(cli, flags);
  } catch (error) {
    return [...local, bad("state", messageOf(error))];
  }
  try {
    return [...local, ...(await serverChecks(client))];
  } finally {
    await client.close();
  }
}

function localChecks(cli: Cli, flags: GlobalFlags): readonly Check[] {
  const { environment } = cli.terminal;
  const checks: Check[] = [];
  const node = process.versions.node;
  checks.push(good("node", `${node}`));
  try {
    const config = readConfig("production", environment, flags.data === undefined ? {} : { dataDirectory: flags.data });
    checks.push(good("settings", "safe for production"));
    checks.push(
      config.publicUrl === undefined
        ? note("public URL", "not set: providers cannot report deliveries", "Set SAFEGUARD_PUBLIC_URL.")
        : good("public URL", config.publicUrl),
    );
  } catch (error) {
    if (!(error instanceof ConfigurationInvalid)) throw error;
    // `safeguard dev` needs none of this.
    checks.push(
      note("settings", error.problems.join("; "), "`safeguard up` needs all of this; `safeguard dev` does not."),
    );
  }
  const { dataDirectory: directory, database } = configOf(cli, flags);
  const store = describeStorePlace({ directory, database });
  checks.push(
    database?.allowUnsafe === true
      ? warning("store", store, "Turn on what the database has off, and unset SAFEGUARD_DATABASE_UNSAFE.")
      : good("store", store),
  );
  checks.push(...directoryChecks(directory));
  return checks;
}

function directoryChecks(directory: string): readonly Check[] {
  if (!existsSync(directory)) {
    return [bad("data folder", `${directory} is not there`, "Start Safeguard once, or name the folder with --data.")];
  }
  try {
    accessSync(directory, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch {
    return [
      bad(
        "data folder",
        `${directory} cannot be written by this user`,
        "Run this as the user that the server runs as.",
      ),
    ];
  }
  const checks: Check[] = [];
  const mode = statSync(directory).mode & 0o777;
  checks.push(
    process.platform !== "win32" && (mode & 0o077) !== 0
      ? warning(
          "data folder",
          `${directory} can be read by others (mode ${mode.toString(8)})`,
          `Run: chmod 700 ${directory}`,
        )
      : good("data folder", directory),
  );
  const key = join(directory, "master.key");
  if (existsSync(key)) {
    const open = (statSync(key).mode & 0o077) !== 0 && process.platform !== "win32";
    checks.push(
      open
        ? bad("master key", `${key} can be read by others`, `Run: chmod 600 ${key}`)
        : note(
            "master key",
            `kept beside the data, in ${key}`,
            "In production keep it apart: SAFEGUARD_MASTER_KEY_FILE.",
          ),
    );
  }
  const holder = lockHolder(directory);
  const server = readServerFile(directory);
  if (holder === undefined) checks.push(good("server", "none runs on this data folder"));
  else if (server !== undefined) checks.push(good("server", `process ${server.pid}, at ${server.url}`));
  else {
    const who = holder.pid === undefined ? "another process" : `process ${holder.pid} on ${holder.host ?? "this host"}`;
    checks.push(
      bad(
        "server",
        `${who} holds the data folder and does not say how to reach it`,
        "Wait until it has started, or stop it.",
      ),
    );
  }
  return checks;
}

async function serverChecks(client: ApiClient): Promise<readonly Check[]> {
  const checks: Check[] = [];
  const look = async (name: string, work: () => Promise<readonly Check[]>): Promise<void> => {
    try {
      checks.push(...(await work()));
    } catch (error) {
      checks.push(bad(name, messageOf(error)));
    }
  };
  await look("clock", async () => {
    const { items } = await client.request({ method: "GET", path: "/v1/journal?limit=1" }, journalPageView);
    const last = items.at(-1)?.at;
    const ahead = last === undefined ? 0 : Date.parse(last) - Date.now();
    return ahead > 1000
      ? [
          bad(
            "clock",
            `the last record is ${Math.round(ahead / 1000)} s ahead of this clock`,
            "Correct the clock; rules with an end depend on it.",
          ),
        ]
      : [good("clock", new Date().toISOString())];
  });
  await look("providers", async () => {
    const schema = z.object({ items: z.array(providerView) });
    const { items } = await client.request({ method: "GET", path: "/v1/providers" }, schema);
    if (items.length === 0) {
      return [
        warning("providers", "there are none, so nothing can be forwarded", "Add one: safeguard providers add --help"),
      ];
    }
    return Promise.all(
      items.map(async ({ id }) => {
        const path = `/v1/providers/${encodeURIComponent(id)}/test`;
        const { ok, detail } = await client.request({ method: "POST", path }, providerCheckView);
        return ok
          ? good(`provider ${id}`, detail)
          : bad(`provider ${id}`, detail, "See the guide of this kind of provider.");
      }),
    );
  });
  await look("accounts", async () => {
    const accounts = await everyItem(client, { method: "GET", path: "/v1/accounts" }, accountView);
    if (accounts.length === 0) return [warning("accounts", "there are none", "Start Safeguard once: safeguard up")];
    return (await Promise.all(accounts.map((account) => accountChecks(client, account.id, account.name)))).flat();
  });
  return checks;
}

async function accountChecks(client: ApiClient, account: string, label: string): Promise<readonly Check[]> {
  const { routes, inherited } = await client.request({ method: "GET", path: "/v1/routes", account }, routesView);
  const policies = await everyItem(client, { method: "GET", path: "/v1/policies", account }, policySummaryView);
  const numbering = await Promise.all(
    policies.map(({ policy }) =>
      client.request(
        { method: "GET", path: `/v1/policies/${encodeURIComponent(policy)}/numbering`, account },
        numberingView,
      ),
    ),
  );
  const alerts = await everyItem(client, { method: "GET", path: "/v1/alerts?state=open", account }, alertView);
  const moved = numbering.filter(({ known, changes }) => !known || changes.length > 0).map(({ policy }) => policy);
  return [
    routes.length > 0 || inherited !== null
      ? good(`routes of ${label}`, "there are some")
      : warning(
          `routes of ${label}`,
          "there are none, so nothing is forwarded",
          `safeguard routes set '*=PROVIDER' --account ${account}`,
        ),
    ...alerts.map(({ code, sentence }) =>
      warning(`detection of ${label}`, sentence, `safeguard ${REMEDIES[code]} --account ${account}`),
    ),
    ...(moved.length === 0
      ? []
      : [
          warning(
            `policies of ${label}`,
            `a new numbering table moved numbers (${moved.join(", ")})`,
            `safeguard policy doctor --account ${account}`,
          ),
        ]),
  ];
}

const REMEDIES: Readonly<Record<AlertCode, string>> = {
  outcomes_missing: "detection",
  incident_opened: "incidents list",
  incident_contained: "incidents list",
  lockdown: "lockdown --end",
  bypass: "bypass --end",
  stepped_down: "policy detection",
  ceiling_near: "limits",
  ceiling_reached: "limits",
  ceiling_crowded: "limits",
  connector_failing: "providers list",
  degraded: "doctor",
  policy_changed: "policy log",
  first_block: "destinations",
  webhook_paused: "webhooks list",
  daily_digest: "usage",
  test: "alerts list",
};

function good(name: string, detail: string): Check {
  return { name, state: "good", detail };
}

function note(name: string, detail: string, remedy: string): Check {
  return { name, state: "note", detail, remedy };
}

function warning(name: string, detail: string, remedy: string): Check {
  return { name, state: "warning", detail, remedy };
}

function bad(name: string, detail: string, remedy?: string): Check {
  return { name, state: "bad", detail, ...(remedy !== undefined && { remedy }) };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
