import { readFileSync } from "node:fs";
import { deflateSync } from "node:zlib";
import type { AccountId } from "@safeguard/core";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startSafeguard, type TestSafeguard } from "../../test/harness.ts";
import { createAccount } from "../accounts/create-account.ts";
import { createKey } from "../accounts/create-key.ts";
import { brandPalette, contrastOf, OWN_SHADES } from "./brand-palette.ts";
import { LARGEST_LOGO, readLogo } from "./read-logo.ts";

/** The beginning of a PNG of this size, with so many bytes behind. */
function png(width: number, height: number, more = 20): string {
  const head = Buffer.alloc(33);
  head.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13]);
  head.write("IHDR", 12, "latin1");
  head.writeUInt32BE(width, 16);
  head.writeUInt32BE(height, 20);
  return Buffer.concat([head, deflateSync(Buffer.alloc(8)), Buffer.alloc(more)]).toString("base64");
}

function webp(chunk: string, body: (bytes: Buffer) => void): string {
  const bytes = Buffer.alloc(40);
  bytes.write("RIFF", 0, "latin1");
  bytes.writeUInt32LE(bytes.length - 8, 4);
  bytes.write(`WEBP${chunk}`, 8, "latin1");
  body(bytes);
  return bytes.toString("base64");
}

describe("a logo", () => {
  it("is told by its bytes: PNG or WebP in any of its three forms", () => {
    expect(readLogo(png(64, 32))).toMatchObject({ ok: true, logo: { type: "image/png" } });
    const forms = [
      webp("VP8X", (bytes) => bytes.set([63, 0, 0, 31, 0, 0], 24)),
      webp("VP8L", (bytes) => {
        bytes[20] = 0x2f;
        bytes.writeUInt32LE(63 | (31 << 14), 21);
      }),
      webp("VP8 ", (bytes) => {
        bytes.set([0x9d, 0x01, 0x2a], 23);
        bytes.writeUInt16LE(64, 26);
        bytes.writeUInt16LE(32, 28);
      }),
    ];
    for (const form of forms) expect(readLogo(form)).toMatchObject({ ok: true, logo: { type: "image/webp" } });
  });

  it.each([
    [
      "an SVG",
      Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>').toString("base64"),
      /PNG or WebP/,
    ],
    [
      "a page",
      Buffer.from(`<!doctype html><script>alert(1)</script>${" ".repeat(40)}`).toString("base64"),
      /PNG or WebP/,
    ],
    ["a GIF", Buffer.from(`GIF89a${"\0".repeat(60)}`).toString("base64"), /PNG or WebP/],
    ["a PNG's signature alone", png(1, 1).slice(0, 12), /PNG or WebP/],
    ["a RIFF that is sound", webp("VP8X", (bytes) => bytes.write("WAVE", 8, "latin1")), /PNG or WebP/],
    ["a WebP that says another length", webp("VP8X", (bytes) => bytes.writeUInt32LE(9, 4)), /PNG or WebP/],
    ["a picture of a billion pixels", png(40_000, 40_000), /1024 pixels/],
    ["a picture of none", png(0, 5), /1024 pixels/],
    ["too many bytes", png(10, 10, LARGEST_LOGO), /65536 bytes/],
    ["no base64", "<svg>", /base64/],
    ["base64 with line breaks", `${png(9, 9).slice(0, 8)}\n${png(9, 9).slice(8)}`, /base64/],
  ])("is not %s", (_what, text, message) => {
    expect(readLogo(text)).toMatchObject({ ok: false, message: expect.stringMatching(message) });
  });

  it("is read without a fault, whatever the bytes are", () => {
    const starts = fc.constantFrom(
      png(9, 9),
      webp("VP8L", () => {}),
      webp("VP8 ", () => {}),
      "",
    );
    fc.assert(
      fc.property(starts, fc.nat(60), fc.uint8Array({ maxLength: 80 }), (start, cut, tail) => {
        const bytes = Buffer.concat([Buffer.from(start, "base64").subarray(0, cut), tail]);
        expect(typeof readLogo(bytes.toString("base64")).ok).toBe("boolean");
      }),
    );
  });
});

describe("the shades of a colour", () => {
  const colour = fc.nat(0xffffff).map((value) => `#${value.toString(16).padStart(6, "0")}`);

  it("have a contrast of 4.5 and more with white and with the dark ground, whatever the colour", () => {
    fc.assert(
      fc.property(colour, (chosen) => {
        const { shades, adjusted, contrast } = brandPalette(chosen);
        expect(shades).toHaveLength(10);
        for (const shade of shades) expect(shade).toMatch(/^#[0-9a-f]{6}$/);
        // Buttons in the light and in the dark, and their darker forms under the pointer: white stands on them.
        for (const place of [5, 6, 7, 8, 9])
          expect(contrastOf(shades[place] ?? "", "#ffffff")).toBeGreaterThanOrEqual(4.5);
        // Links and light text on the dark grounds of the console.
        for (const place of [0, 1, 2, 3, 4])
          expect(contrastOf(shades[place] ?? "", "#242424")).toBeGreaterThanOrEqual(4.5);
        expect(Math.min(contrast.light, contrast.dark)).toBeGreaterThanOrEqual(4.5);
        if (!adjusted) expect(shades[6]).toBe(chosen);
      }),
      { numRuns: 500 },
    );
  });

  it("keep a colour that is dark enough, and show one that is too light darker", () => {
    expect(brandPalette("#7a1fa2")).toMatchObject({ adjusted: false });
    const { adjusted, shades } = brandPalette("#ffd400");
    expect(adjusted).toBe(true);
    expect(contrastOf(shades[6] ?? "", "#ffffff")).toBeGreaterThan(4.5);
  });

  it("are measured by the console's own", () => {
    const theme = readFileSync(new URL("../../../console/src/theme.ts", import.meta.url), "utf8");
    expect(theme.match(/"#[0-9a-f]{6}"/g)?.map((text) => text.slice(1, -1))).toEqual([...OWN_SHADES]);
  });
});

// biome-ignore lint/suspicious/noExplicitAny: whatever the route answers
type Json = any;

describe("a brand", () => {
  let product: TestSafeguard;
  const ids = new Map<string, AccountId>();
  const secrets = new Map<string, string>();
  const idOf = (name: string): AccountId => ids.get(name) ?? ("acc_none" as AccountId);

  beforeAll(async () => {
    product = await startSafeguard();
    for (const [name, parent] of [
      ["Parent", undefined],
      ["Reseller", "Parent"],
      ["Shop", "Reseller"],
      ["Bank", "Parent"],
      ["Foreign", undefined],
    ] as const) {
      const { services, now } = product.safeguard;
      const caller = { principal: { type: "operator" }, actor: { type: "operator", name: "test" }, at: now() } as const;
      const above = parent === undefined ? {} : { parent: idOf(parent) };
      const { account } = await createAccount(services, caller, { name, ...above });
      ids.set(name, account.id);
      const key = { name: "test", mode: "test", scopes: ["accounts:read", "accounts:write"] } as const;
      const { minted } = await createKey(services, { ...caller, account }, { ...key, scopes: [...key.scopes] });
      secrets.set(name, minted.secret);
    }
  });
  afterAll(() => product.stop());

  async function ask(
    who: string,
    method: string,
    body?: object,
    named: string = who,
  ): Promise<{ status: number; json: Json }> {
    const answer = await fetch(`${product.url}/v1/brand`, {
      method,
      headers: {
        authorization: `Bearer ${secrets.get(who)}`,
        "safeguard-account": idOf(named),
        ...(body !== undefined && { "content-type": "application/json" }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return { status: answer.status, json: await answer.json() };
  }

  it("is shown to the account and all below it, but where a nearer one has its own, and to nobody else", async () => {
    expect((await ask("Shop", "GET")).json).toEqual({ shown: null, own: null, mayHaveOne: false });
    const set = await ask("Parent", "PUT", { name: "Tele Nova", colour: "#7A1FA2" });
    expect(set).toMatchObject({ status: 200, json: { own: { name: "Tele Nova", colour: "#7a1fa2", logo: null } } });
    for (const name of ["Reseller", "Shop", "Bank"]) {
      expect((await ask(name, "GET")).json).toMatchObject({ shown: { name: "Tele Nova" }, own: null });
    }
    expect((await ask("Reseller", "PUT", { name: "Resale" })).status).toBe(200);
    expect((await ask("Shop", "GET")).json.shown).toMatchObject({ name: "Resale", colour: null, palette: null });
    expect((await ask("Bank", "GET")).json.shown.name).toBe("Tele Nova");
    expect((await ask("Foreign", "GET")).json.shown).toBeNull();
    await ask("Reseller", "PUT", { name: null });
    expect((await ask("Shop", "GET")).json.shown.name).toBe("Tele Nova");
  });

  it("is set by no child, no sibling and no stranger", async () => {
    expect(await ask("Shop", "PUT", { name: "Mine" })).toMatchObject({ status: 409 });
    for (const [who, named] of [
      ["Bank", "Parent"],
      ["Bank", "Reseller"],
      ["Foreign", "Parent"],
    ] as const) {
      expect((await ask(who, "PUT", { name: "Mine" }, named)).status).toBe(404);
      expect((await ask(who, "GET", undefined, named)).status).toBe(404);
    }
    expect((await ask("Bank", "GET")).json.shown.name).toBe("Tele Nova");
  });

  it("keeps what a change leaves out, and refuses what is none, with the field", async () => {
    const { json } = await ask("Parent", "PUT", { logo: png(64, 64) });
    expect(json.own).toMatchObject({ name: "Tele Nova", colour: "#7a1fa2" });
    expect(json.own.palette).toMatchObject({ adjusted: false });
    for (const [body, field] of [
      [{ colour: "red" }, "colour"],
      [{ colour: "#12345g" }, "colour"],
      [{ name: "x".repeat(41) }, "name"],
      [{ logo: "PHN2Zz48L3N2Zz4=" }, "logo"],
    ] as const) {
      expect(await ask("Parent", "PUT", body)).toMatchObject({ status: 400, json: { problems: [{ field }] } });
    }
  });

  it("has a logo that is served as the picture that it is, and nothing else", async () => {
    const { logo } = (await ask("Parent", "GET")).json.own;
    const answer = await fetch(`${product.url}${logo}`);
    expect(answer.status).toBe(200);
    expect(Buffer.from(await answer.arrayBuffer()).toString("base64")).toBe(png(64, 64));
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      "content-type": "image/png",
      "x-content-type-options": "nosniff",
      "content-security-policy": "default-src 'none'; sandbox",
      "cross-origin-resource-policy": "same-origin",
    });
    for (const path of [logo.replace(".png", ".webp"), logo.replace(".png", ""), logo.replace(".png", ".html")]) {
      expect((await fetch(`${product.url}${path}`)).status).toBe(404);
    }
    await ask("Parent", "PUT", { logo: null });
    expect((await fetch(`${product.url}${logo}`)).status).toBe(404);
  });

  it("stands before the sign-in only where all accounts are below one", async () => {
    const before = async (): Promise<Json> => (await (await fetch(`${product.url}/v1/sign-in`)).json()) as Json;
    expect((await before()).brand).toBeNull();
  });

  it("is in the audit trail without the picture itself", async () => {
    await ask("Parent", "PUT", { logo: png(32, 32) });
    const answer = await fetch(`${product.url}/v1/audit?limit=1`, {
      headers: { authorization: `Bearer ${product.safeguard.operatorSecret}`, "safeguard-account": idOf("Parent") },
    });
    const [row] = ((await answer.json()) as Json).items;
    expect(row).toMatchObject({
      action: "brand_saved",
      after: { name: "Tele Nova", logo: expect.stringContaining("image/png") },
    });
    expect(JSON.stringify(row)).not.toContain(png(32, 32).slice(0, 40));
  });
});
