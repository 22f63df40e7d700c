import { type AddressInfo, createServer, type Server } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startSafeguard, type TestSafeguard } from "./harness.ts";

/** Hosts inside, in every way to write them: none may be set as the target of a webhook. See also the guard's own tests for the delivery. */
const HOSTS = [
  ...["127.0.0.1", "127.1", "127.255.255.254", "2130706433", "0x7f000001", "0177.0.0.1", "127.0.0.1.", "0.0.0.0", "0"],
  ...["10.0.0.1", "10.255.255.255", "172.16.0.1", "172.31.255.254", "192.168.0.1", "192.168.255.254", "100.64.0.1"],
  ...["169.254.169.254", "169.254.170.2", "0xa9fea9fe", "2852039166", "192.0.0.8", "192.0.2.1", "198.18.0.1"],
  ...["198.51.100.1", "203.0.113.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "①②⑦.0.0.1", "%31%32%37.0.0.1"],
  ...["[::]", "[::1]", "[::127.0.0.1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::ffff:0:127.0.0.1]"],
  ...["[::ffff:169.254.169.254]", "[64:ff9b::127.0.0.1]", "[64:ff9b::a9fe:a9fe]", "[64:ff9b:1::1]", "[2002:7f00:1::]"],
  ...["[2001:0:1::]", "[2001:db8::1]", "[100::1]", "[fc00::1]", "[fd00:ec2::254]", "[fe80::1]", "[fec0::1]"],
  ...["[ff02::1]", "[4000::1]", "localhost", "LOCALHOST.", "app.localhost", "printer.local", "intranet"],
  ...["metadata.google.internal", "router.home.arpa", "x.localdomain", "user@127.0.0.1", "example.com@127.0.0.1"],
];

let safeguard: TestSafeguard;
let canary: Server;
let reached = 0;
beforeAll(async () => {
  canary = createServer((socket) => {
    reached += 1;
    socket.destroy();
  });
  await new Promise<void>((resolve) => canary.listen(0, "127.0.0.1", resolve));
  safeguard = await startSafeguard({ detection: "off", config: { allowPrivateCallbacks: false } });
}, 60_000);
afterAll(async () => {
  await safeguard.stop();
  await new Promise((resolve) => canary.close(resolve));
});

describe("a server that may talk to few hosts, and in no clear", () => {
  it("refuses every other URL wherever one is set, and takes those on its list", async () => {
    const config = {
      allowPrivateCallbacks: false,
      callbackHosts: ["hooks.example.com", "*.shop.example"],
      requireTls: true,
      // (a proxy ends TLS)
      trustedProxies: ["192.0.2.1/32"],
    };
    const narrow = await startSafeguard({ detection: "off", config });
    const account = `/v1/accounts/${narrow.account.id}`;
    const provider = (origin: string) => ({
      kind: "cm",
      settings: { baseUrl: origin },
      secrets: { productToken: "x" },
    });
    let own = "";
    const statuses = async (url: string) =>
      (
        await Promise.all([
          narrow.api("PUT", "/v1/alerts/settings", { channels: [{ id: "ops", type: "webhook", url }] }),
          narrow.api("PUT", "/v1/alerts/settings", { channels: [{ id: "chat", type: "slack", url }] }),
          narrow.operator("PATCH", account, { reports: { webhookUrl: url } }),
          narrow.operator("PATCH", account, { reports: { cmUrl: url } }),
          narrow.api("PUT", `/v1/routes/providers/${own}`, provider(url)),
        ])
      ).map(({ status }) => status < 400);
    try {
      const made = await narrow.api("POST", "/v1/routes/providers", {
        name: "own",
        ...provider("https://a.shop.example"),
      });
      own = (made.body as { id: string }).id;
      for (const url of [
        "https://example.com/x",
        "https://evilshop.example",
        "https://1.1.1.1",
        "http://hooks.example.com",
      ])
        expect(await statuses(url), url).toEqual([false, false, false, false, false]);
      for (const url of ["https://hooks.example.com/x", "https://a.shop.example:8443"])
        expect(await statuses(url), url).toEqual([true, true, true, true, true]);
      // The operator's own may be anywhere, but not in the clear.
      const add = (baseUrl: string) =>
        narrow.operator("POST", "/v1/providers", { id: `p${baseUrl.length}`, ...provider(baseUrl) });
      expect(await add("http://127.0.0.1:9")).toMatchObject({
        status: 400,
        body: {
          problems: [{ field: "settings.baseUrl", message: expect.stringContaining("must begin with https://") }],
        },
      });
      expect((await add("https://127.0.0.1:9")).status).toBe(201);
    } finally {
      await narrow.stop();
    }
  }, 60_000);
});

describe("a customer's URL that points inside", () => {
  it("is one of at least sixty here", () => expect(new Set(HOSTS).size).toBeGreaterThanOrEqual(60));

  it.each(HOSTS)("%s is refused wherever a URL is set, and nothing inside hears of it", async (host) => {
    const { port } = canary.address() as AddressInfo;
    for (const url of [`http://${host}:8080/x`, `http://${host}:${port}/x`]) {
      const channels = [{ id: "ops", type: "webhook", url }];
      const slack = [{ id: "chat", type: "slack", url }];
      const account = `/v1/accounts/${safeguard.account.id}`;
      const answers = await Promise.all([
        safeguard.api("PUT", "/v1/alerts/settings", { channels }),
        safeguard.api("PUT", "/v1/alerts/settings", { channels: slack }),
        safeguard.operator("PATCH", account, { reports: { webhookUrl: url } }),
        safeguard.operator("PATCH", account, { reports: { cmUrl: url } }),
      ]);
      expect(answers.map(({ status }) => status)).toEqual([400, 400, 400, 400]);
    }
    expect(reached).toBe(0);
  });
});
