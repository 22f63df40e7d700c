import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { HOSTILE_STRINGS, type HostileString, MOST_OF_THEM } from "./hostile-strings.ts";

/** Asks the native API with a key that may do everything; throws what was refused. */
export type Ask = <T>(method: string, path: string, body?: object) => Promise<T>;

/** Everything that was planted: by field, as it is kept. */
export interface Planted {
  readonly values: ReadonlyMap<string, readonly string[]>;
  /** How many of {@link HOSTILE_STRINGS} stand in a field. */
  count(field: string): number;
  readonly incident: number;
  /** Of which each has several strings in its reference, and in what its provider said. */
  readonly packedMessages: readonly string[];
  /** Each prepared and stopped for a hostile reason. */
  readonly rollouts: readonly string[];
  /** What else was planted on the way. */
  plant(field: string, ...list: readonly string[]): void;
  /** Last of all: afterwards what loosens waits for a second person. */
  plantProposals(): Promise<void>;
  /** Stops the servers that stand for a provider and for customers. */
  stop(): void;
}

/** Between several in one value. */
const BETWEEN = " \u00a6 ";
/** Kinds that mean something only where they are the whole value. */
const WHOLE = new Set(["name", "template", "format", "formula", "system"]);
/** What the field of a sender, of a device or of a key's value takes: nothing that is not seen, no line breaks. */
const VISIBLE = /^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+$/u;
const LANES = 12;

const texts = (list: readonly HostileString[]): readonly string[] => list.map(({ text }) => text);

/** As few values as will hold all of them, none longer than `most`; and some each by itself, where that matters. */
export function packed(most: number, all: readonly HostileString[] = HOSTILE_STRINGS): readonly string[] {
  const values: string[] = [];
  let value = "";
  for (const { text } of all) {
    if (text.length > most) continue;
    const longer = value === "" ? text : `${value}${BETWEEN}${text}`;
    if (longer.length <= most && encodeURIComponent(longer.toWellFormed()).length < 8_000) value = longer;
    else {
      values.push(value);
      value = text;
    }
  }
  return [...values, value];
}

function packedAndWhole(most: number): readonly string[] {
  const whole = HOSTILE_STRINGS.filter(
    ({ kind, text }) => WHOLE.has(kind) && text.trim() !== "" && text.length <= most,
  );
  return [
    ...texts(whole),
    ...packed(
      most,
      HOSTILE_STRINGS.filter(({ kind }) => !WHOLE.has(kind)),
    ),
  ];
}

async function inLanes<T>(list: readonly T[], act: (one: T, index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let index = next++; index < list.length; index = next++) await act(list[index] as T, index);
  };
  await Promise.all(Array.from({ length: LANES }, lane));
}

/** People all over the Netherlands, `offset` of them further. */
const dutch = (person: number): string =>
  `+316${String((person * 7_919_317 + 12_345_678) % 100_000_000).padStart(8, "0")}`;

/**
 * `attack`: one that is being simulated, so that there is an incident to judge; only then, with a key that is live, the rest
 * is asked.
 */
export async function plantHostile(
  askTest: Ask,
  account: string,
  attack: Promise<unknown>,
  askLive: () => Promise<Ask>,
): Promise<Planted> {
  const values = new Map<string, string[]>();
  const rollouts: string[] = [];
  /** (who keeps a text without spaces around it keeps the same text) */
  const plant = (field: string, ...list: readonly string[]): void => {
    const known = values.get(field);
    if (known === undefined) values.set(field, [...list]);
    else known.push(...list);
  };

  // (first, while there is little to look through)
  const reasons = packed(500);
  for (const reason of reasons) await askTest("POST", "/v1/privacy/export", { number: "+31699999999", reason });
  plant("privacy.reason", ...reasons);

  // What stands for a provider refuses in hostile words; what stands for customers takes everything.
  const words = packed(200, MOST_OF_THEM);
  let refusals = 0;
  const provider = createServer((request, response) => {
    request.resume();
    response.writeHead(400, { "content-type": "application/json" });
    response.end(JSON.stringify({ code: 21211, message: words[refusals++ % words.length], status: 400 }));
  });
  const customer = createServer((request, response) => {
    request.resume();
    response.end();
  });
  for (const server of [provider, customer])
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const addressOf = (server: typeof provider): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const senders = HOSTILE_STRINGS.filter(({ text }) => text.length <= 64 && VISIBLE.test(text));
  const urls = HOSTILE_STRINGS.map(({ text }) => `${addressOf(customer)}/?x=${text}`).filter(isUrl);

  // Accounts below, and this one's own settings.
  const names = packedAndWhole(200);
  const accounts = packed(200, MOST_OF_THEM);
  await inLanes(accounts, async (name) => {
    await askTest("POST", "/v1/accounts", { name });
  });
  plant("account.name", ...accounts);
  // (JSON with that name in it is refused as a whole)
  const keptSenders = texts(HOSTILE_STRINGS).filter((text) => text.length <= 50 && text !== "__proto__");
  await askTest("PATCH", `/v1/accounts/${account}`, {
    senderPolicies: Object.fromEntries(keptSenders.map((text) => [text, "default"])),
  });
  plant("account.sender", ...keptSenders);
  const url = (index: number): string => `https://example.com/?${urls[index]?.split("/?x=")[1] ?? ""}`;
  const longUrls = packed(1_900)
    .map((text) => `https://example.com/?x=${text.replaceAll("#", "%23")}`)
    .filter(isUrl);
  for (const webhookUrl of longUrls)
    await askTest("PATCH", `/v1/accounts/${account}`, { reports: { webhookUrl, cmUrl: url(0) } });
  await askTest("PATCH", `/v1/accounts/${account}`, { reports: { webhookUrl: null, cmUrl: null } });
  plant("account.url", ...longUrls);
  const { id: below } = await askTest<{ id: string }>("POST", "/v1/accounts", { name: "below" });
  for (const reason of reasons) {
    await askTest("POST", `/v1/accounts/${below}/suspend`, { reason });
    await askTest("POST", `/v1/accounts/${below}/resume`, { reason });
  }
  plant("account.reason", ...reasons);

  // Keys and people.
  await inLanes(names, async (name) => {
    await askTest("POST", "/v1/keys", { name, mode: "test", scopes: ["messages:send"] });
  });
  plant("key.name", ...names);
  const { id: key } = await askTest<{ id: string }>("POST", "/v1/keys", {
    name: "x",
    mode: "test",
    scopes: ["messages:send"],
  });
  for (const reason of reasons) {
    await askTest("POST", `/v1/keys/${key}/suspend`, { reason });
    await askTest("POST", `/v1/keys/${key}/resume`, { reason });
  }
  plant("key.reason", ...reasons);
  let member = "";
  await inLanes(names, async (name, index) => {
    const { id } = await askTest<{ id: string }>("POST", "/v1/members", {
      name,
      email: `x'${index}@example.com`,
      role: "analyst",
    });
    member = id;
  });
  plant("member.name", ...names);
  const personal = packed(200, MOST_OF_THEM);
  await inLanes(personal, async (name) => {
    await askTest("POST", `/v1/members/${member}/keys`, { name, mode: "test" });
  });
  plant("key.personal", ...personal);

  // What is said of an incident.
  await attack;
  const incidents = await askTest<{ items: readonly { readonly number: number }[] }>("GET", "/v1/incidents?state=all");
  const [incident] = incidents.items;
  if (incident === undefined) throw new Error("there is no incident");
  const judged = packed(1_000);
  for (const [index, reason] of judged.entries()) {
    await askTest("POST", `/v1/incidents/${incident.number}/${index % 2 === 0 ? "contain" : "release"}`, { reason });
  }
  plant("incident.reason", ...judged);

  const ask = await askLive();

  // Messages: each string by itself in the sender, the text, a device, a key's value, and an address to call.
  await ask("POST", "/v1/messages", {
    messages: senders.map(({ text }, index) => ({
      to: dutch(index),
      from: text,
      text,
      reference: text,
      purpose: "notification",
      endUser: { device: text },
      keys: { user: text },
      ...(urls[index] !== undefined && { callbackUrl: urls[index] }),
    })),
  });
  plant("message.from", ...texts(senders));
  plant("message.device", ...texts(senders));
  plant("message.key", ...texts(senders));
  plant("message.callbackUrl", ...urls.slice(0, senders.length));
  // The rest of the texts, and several in one reference, for what is looked at one by one.
  const references = packed(200, MOST_OF_THEM);
  const { messages } = await ask<{ messages: readonly { readonly id: string }[] }>("POST", "/v1/messages", {
    messages: references.map((reference, index) => ({
      to: dutch(1000 + index),
      from: "Shop",
      text: reference,
      reference,
      purpose: "notification",
    })),
  });
  plant("message.text", ...references);
  plant("message.reference", ...references);

  // A provider of one's own: its settings in one, and its refusals.
  const { id: refusing } = await ask<{ id: string }>("POST", "/v1/routes/providers", {
    name: "refusing",
    kind: "twilio",
    settings: { accountSid: `AC${"1".repeat(32)}`, baseUrl: addressOf(provider), from: '<b onload="pwned(1)">' },
    secrets: { authToken: "0".repeat(32) },
  });
  // (two braces are a placeholder, of which there are nine)
  const told = packed(
    2_000,
    HOSTILE_STRINGS.filter(({ text }) => !text.includes("{{")),
  );
  await ask("POST", "/v1/routes/providers", {
    name: "told",
    kind: "http",
    settings: {
      url: `${addressOf(provider)}/<script>pwned(2)</script>`,
      from: "<img src=x onerror=pwned(3)>",
      headers: { "x-told": "<svg onload=pwned(4)>" },
      body: { json: Object.fromEntries(told.map((text, index) => [index % 2 === 0 ? text : `key${index}`, text])) },
      answer: { accepted: { statuses: ["2xx"] } },
      report: { format: "json", id: "/id", status: "/s", statuses: { "<img src=x onerror=pwned(5)>": "sent" } },
    },
  });
  plant("provider.settings", ...told);
  await ask("PUT", "/v1/routes", {
    routes: [
      { destination: "BE", providers: [refusing] },
      { destination: "*", providers: ["sandbox"] },
    ],
  });
  const refused = await ask<{ messages: readonly { readonly id: string }[] }>("POST", "/v1/messages", {
    messages: words.map((_, index) => ({
      to: `+3247${String((index * 7_919_317) % 10_000_000).padStart(7, "0")}`,
      from: "Shop",
      text: "x",
      reference: references[index] ?? "x",
      purpose: "notification",
    })),
  });
  // (as a provider's words are kept: on one line)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is taken out
  plant("message.error", ...words.map((text) => text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, " ")));

  // The policy: reasons first, each of a revision; then notes.
  const long = packed(1_000);
  for (const [index, reason] of long.entries()) {
    await ask("POST", "/v1/policies/default/destinations", { [index % 2 === 0 ? "block" : "allow"]: ["CU"], reason });
  }
  const whole = texts(HOSTILE_STRINGS.filter(({ kind, text }) => WHOLE.has(kind) && text.trim() !== "")).slice(0, 60);
  for (const [index, reason] of whole.entries()) {
    await ask("POST", "/v1/policies/default/destinations", { [index % 2 === 0 ? "block" : "allow"]: ["KP"], reason });
  }
  plant("revision.reason", ...long, ...whole);
  const files = packed(200, MOST_OF_THEM);
  for (const [index, managedBy] of files.entries()) {
    await ask("POST", "/v1/policies/default/destinations", {
      [index % 2 === 0 ? "block" : "allow"]: ["CU"],
      reason: "kept",
      managedBy,
      force: true,
    });
  }
  plant("revision.managedBy", ...files);
  const notes = packedAndWhole(500);
  const { document } = await ask<{ document: object }>("GET", "/v1/policies/default");
  await ask("PUT", "/v1/policies/default", {
    reason: "notes",
    force: true,
    document: {
      ...document,
      ranges: notes.map((note, index) => ({ prefix: `+3168${String(index).padStart(4, "0")}`, action: "block", note })),
      exceptions: notes.map((note, index) => ({
        range: `+31611${String(index).padStart(6, "0")}`,
        kind: "barred",
        note,
      })),
      limits: {
        ceilings: packed(500)
          .slice(0, 49)
          .map((note, index) => ({ name: `c${index}`, window: "hour", messages: 1_000_000, note })),
      },
    },
  });
  plant("range.note", ...notes);
  plant("exception.note", ...notes);
  plant("ceiling.note", ...packed(500).slice(0, 49));

  // Detection's switches, ranges that are contained by hand, and what was learned of the past.
  for (const reason of long) {
    for (const one of ["lockdown", "bypass"]) {
      await ask("POST", `/v1/detection/${one}`, { reason });
      await ask("DELETE", `/v1/detection/${one}?reason=${encodeURIComponent(reason.toWellFormed())}`);
    }
    await ask("POST", "/v1/detection/ranges", { range: "+2348012345xxx", reason });
    await ask(
      "DELETE",
      `/v1/detection/ranges?range=%2B2348012345xxx&reason=${encodeURIComponent(reason.toWellFormed())}`,
    );
  }
  for (const field of ["lockdown.reason", "bypass.reason", "containment.reason"]) plant(field, ...long);
  for (const reason of long) await ask("POST", "/v1/past-traffic/anew", { reason });
  plant("anew.reason", ...long);

  // A baseline on its way to an account below, and the name in the place of the product's.
  for (const reason of reasons) {
    const targets = { accounts: [below], first: [below], stages: [100] };
    const { id } = await ask<{ id: string }>("POST", "/v1/rollouts", { source: {}, ...targets, reason });
    await ask("POST", `/v1/rollouts/${id}/stop`, { reason });
    rollouts.push(id);
  }
  plant("rollout.reason", ...reasons);
  const brands = texts(HOSTILE_STRINGS).filter((text) => text.trim() !== "" && text.trim().length <= 40);
  for (const name of brands) await ask("PUT", "/v1/brand", { name });
  await ask("PUT", "/v1/brand", { name: null });
  plant("brand.name", ...brands);

  // Where alerts go.
  const channels = packed(1_900)
    .map((text) => `https://example.com/?x=${text.replaceAll("#", "%23")}`)
    .filter(isUrl);
  await ask("PUT", "/v1/alerts/settings", {
    channels: channels.slice(0, 20).map((one, index) => ({ id: `c${index}`, type: "webhook", url: one })),
  });
  plant("alert.url", ...channels.slice(0, 20));

  // What somebody says of a message in doubt.
  const doubted = await ask<{ messages: readonly { readonly id: string; readonly status: string }[] }>(
    "POST",
    "/v1/messages",
    {
      messages: reasons.map((_, index) => ({
        to: `+3163${String(index * 13 + 1).padStart(3, "0")}0009`,
        from: "Shop",
        text: "x",
        purpose: "notification",
      })),
    },
  );
  await inLanes(doubted.messages, async ({ id }, index) => {
    await ask("POST", `/v1/messages/${id}/settle`, { outcome: "not_sent", reason: reasons[index] });
  });
  plant("settle.reason", ...reasons);

  return {
    values,
    count: (field) => {
      const all = (values.get(field) ?? []).join("\n");
      return HOSTILE_STRINGS.filter(({ text }) => all.includes(text)).length;
    },
    incident: incident.number,
    rollouts,
    plant,
    packedMessages: [...refused.messages, ...messages.slice(refused.messages.length)].map(({ id }) => id),
    async plantProposals() {
      // From now on what loosens waits for somebody else: changes of the policy, and other acts.
      await ask("PATCH", `/v1/accounts/${account}`, { fourEyes: { expiresAfterHours: 24 } });
      await ask("POST", "/v1/policies/default/destinations", {
        block: ["CU"],
        reason: "so that it can be allowed",
        force: true,
      });
      for (const reason of packed(500)) {
        await ask("POST", "/v1/policies/default/destinations", { allow: ["CU"], reason, force: true });
        const waiting = await ask<{ items: readonly { readonly number: number }[] }>("GET", "/v1/approvals");
        await ask("POST", `/v1/policies/default/revisions/${waiting.items[0]?.number}/withdraw`, { reason });
        // (what waits is answered as a refusal that says so)
        await ask("POST", "/v1/detection/bypass", { reason }).catch(() => undefined);
        const { items } = await ask<{ items: readonly { readonly id: string }[] }>("GET", "/v1/approvals/acts");
        await ask("POST", `/v1/approvals/acts/${items[0]?.id}/withdraw`, { reason });
      }
      for (const field of ["proposal.reason", "act.reason"]) plant(field, ...packed(500));
    },
    stop() {
      provider.close();
      customer.close();
    },
  };
}

function isUrl(text: string): boolean {
  return text.length <= 2_000 && URL.canParse(text) && new URL(text).hash === "";
}
