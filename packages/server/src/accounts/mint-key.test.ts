import { crc32 } from "node:zlib";
import { expect, test } from "vitest";
import { hashCredential, mintKey, mintOperatorSecret } from "./mint-key.ts";

const BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

test.each(["live", "test"] as const)("a %s key has three faces", (mode) => {
  const key = mintKey(mode);
  expect(key.id).toMatch(/^key_[a-z0-9]{20}$/);
  expect(key.secret).toMatch(new RegExp(`^sg_${mode}_[0-9A-Za-z]{49}$`));
  expect(key.productToken).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  expect(key.authToken).toMatch(/^[0-9a-f]{32}$/);
});

test("the last six characters are the CRC-32 of what stands before them", () => {
  for (const secret of [mintKey("live").secret, mintOperatorSecret()]) {
    const checksum = [...secret.slice(-6)].reduce((sum, digit) => sum * 62 + BASE62.indexOf(digit), 0);
    expect(checksum).toBe(crc32(secret.slice(0, -6)));
  }
});

test("no two are alike", () => {
  const secrets = Array.from({ length: 500 }, () => mintKey("live"));
  for (const face of ["id", "secret", "productToken", "authToken"] as const) {
    expect(new Set(secrets.map((key) => key[face])).size).toBe(500);
  }
});

test("each digit of a product token is random: there are 128 such bits", () => {
  const tokens = Array.from({ length: 500 }, () => mintKey("live").productToken.replaceAll("-", ""));
  for (let place = 0; place < 32; place++)
    expect(new Set(tokens.map((token) => token[place])).size, `place ${place}`).toBe(16);
});

test("what is kept is the SHA-256", () => {
  expect(hashCredential("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
});
