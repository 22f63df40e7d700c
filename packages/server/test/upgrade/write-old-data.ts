/**
 * Writes a data folder with the Safeguard of some commit, as `kill -9` leaves it, for `upgrade.test.ts`:
 * `git archive COMMIT | tar x -C OLD`, with node_modules beside it whose @safeguard names OLD's packages, then
 * `node packages/server/test/upgrade/write-old-data.ts OLD FOLDER`. It uses nothing but the command line and the API.
 */
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { ledgerOf, OLD_MASTER_KEY } from "./ledger.ts";

const [tree = "", folder = ""] = process.argv.slice(2);
const directory = mkdtempSync(join(tmpdir(), "safeguard-old-"));

/** Takes, refuses, hangs up or stays silent, by the number's last digit. */
const provider = createServer((request, response) => {
  let body = "";
  request.setEncoding("utf8").on("data", (chunk: string) => {
    body += chunk;
  });
  request.on("end", () => {
    const to = new URLSearchParams(body).get("To") ?? "";
    if (to.endsWith("7")) request.socket.destroy();
    else if (to.endsWith("8")) response.writeHead(400).end(JSON.stringify({ code: 21614, message: "no", status: 400 }));
    else if (!to.endsWith("9"))
      response.writeHead(201).end(JSON.stringify({ sid: `SM${"0".repeat(22)}${to.slice(-10)}` }));
  });
});
await new Promise<void>((resolve) => provider.listen(0, "127.0.0.1", resolve));

const words = ["dev", "--json", "--data", directory, "--port", "0", "--countries", "NL,BE"];
const server = spawn(process.execPath, [join(tree, "packages/server/src/cli/main.ts"), ...words], {
  stdio: ["ignore", "pipe", "inherit"],
  env: { ...process.env, SAFEGUARD_MASTER_KEY: OLD_MASTER_KEY },
});
const url = await new Promise<string>((resolve, reject) => {
  let output = "";
  server.on("exit", () => reject(new Error(`the old server ended: ${output}`)));
  server.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    output += chunk;
    const found = /^\{"url":"([^"]+)"\}$/m.exec(output)?.[1];
    if (found !== undefined) resolve(found);
  });
});
const { operatorToken } = JSON.parse(readFileSync(join(directory, "server.json"), "utf8")) as { operatorToken: string };

async function call(secret: string, path: string, body: unknown, more: Record<string, string> = {}, method = "POST") {
  const answer = await fetch(url + path, {
    method,
    headers: { authorization: `Bearer ${secret}`, "content-type": "application/json", ...more },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  if (answer.status >= 300) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as Record<string, never>;
}
const { items } = (await call(operatorToken, "/v1/accounts", undefined, {}, "GET")) as unknown as {
  items: [{ id: string }];
};
const account = items[0].id;
const named = { "safeguard-account": account };
await call(
  operatorToken,
  "/v1/providers",
  {
    id: "old",
    kind: "twilio",
    settings: {
      accountSid: `AC${"7".repeat(32)}`,
      baseUrl: `http://127.0.0.1:${(provider.address() as AddressInfo).port}`,
    },
    secrets: { authToken: "8".repeat(32) },
  },
  named,
);
await call(operatorToken, "/v1/routes", { routes: [{ destination: "*", providers: ["old"] }] }, named, "PUT");
const child = (await call(operatorToken, "/v1/accounts", { name: "Child", parent: account }, named)) as unknown as {
  id: string;
};
await call(
  operatorToken,
  "/v1/policies/default/destinations",
  { block: ["BE"], reason: "an old change" },
  { "safeguard-account": child.id },
);
const scopes = ["messages:send", "messages:read", "decisions:write", "policies:read", "usage:read"];
const { secret } = (await call(operatorToken, "/v1/keys", { name: "old", mode: "live", scopes }, named)) as unknown as {
  secret: string;
};

const send = (to: string, more: object = {}, headers = {}) =>
  call(secret, "/v1/messages", { to, from: "Shop", text: "Your code is 12345", ...more }, headers);
for (let index = 0; index < 20; index++) await send(`+3161234${String(index * 137).padStart(4, "0")}`);
await send("+31612345671", { reference: "order-1" }, { "idempotency-key": "order-1" });
await send("+447400123456");
await send("+32470123451");
await call(secret, "/v1/decisions", { to: "+31612345678" });
await call(secret, "/v1/decisions", { to: "+96077123456" });
const cutOff = send("+31612340009").catch(() => undefined);
await new Promise((resolve) => setTimeout(resolve, 500));

const ledger = await ledgerOf(url, operatorToken, [account, child.id]);
server.removeAllListeners("exit").kill("SIGKILL");
await new Promise((resolve) => server.once("close", resolve));
await cutOff;
provider.closeAllConnections();
provider.close();

mkdirSync(folder, { recursive: true });
for (const name of ["journal.db", "journal.db-wal", "tables.db", "tables.db-wal"])
  writeFileSync(join(folder, `${name}.gz`), gzipSync(readFileSync(join(directory, name)), { level: 9 }));
writeFileSync(join(folder, "ledger.json"), `${JSON.stringify({ secret, ledger }, null, 1)}\n`);
rmSync(directory, { recursive: true });
