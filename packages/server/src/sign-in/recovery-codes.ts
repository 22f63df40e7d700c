import type { AuthContext } from "better-auth";
import { symmetricDecrypt } from "better-auth/crypto";
import { hashPassword, verifyPassword } from "./password-hash.ts";

/** As the library makes them; whatever else is typed in is not worth the time that a hash takes. */
const RECOVERY_CODE = /^[A-Za-z0-9]{5}-[A-Za-z0-9]{5}$/;
const HASHED = "$argon2id$";

/**
 * A person's recovery codes as they are kept: a list (JSON) of hashes like those of passwords, each with a salt of its own.
 * The library takes and gives them as a list of texts; those that are hashed already stay as they are.
 */
export async function hashRecoveryCodes(list: string): Promise<string> {
  const hashed: string[] = [];
  // One after the other: each takes the memory of a password's hash.
  for (const code of JSON.parse(list) as readonly string[])
    hashed.push(code.startsWith(HASHED) ? code : await hashPassword(code));
  return JSON.stringify(hashed);
}

function isHashed(kept: string): boolean {
  return kept.startsWith("[");
}

/** The list, whichever way it is kept: the first versions kept it enciphered, with the codes in it. */
export async function listOfRecoveryCodes(kept: string, key: SecretKey): Promise<string> {
  return isHashed(kept) ? kept : symmetricDecrypt({ key, data: kept });
}
type SecretKey = AuthContext["secretConfig"];

/** The element of a list that stands for a code, as the library finds it there; undefined: none does. */
export async function findRecoveryCode(list: string, code: string): Promise<string | undefined> {
  if (!RECOVERY_CODE.test(code)) return undefined;
  for (const known of JSON.parse(list) as readonly string[])
    if (known.startsWith(HASHED) ? await verifyPassword(known, code) : known === code) return known;
  return undefined;
}

/** The library's tables, as far as this goes. */
interface KeptFactors {
  count(query: { readonly model: string }): Promise<number>;
  findMany<T>(query: { readonly model: string; readonly limit: number }): Promise<T[]>;
  updateMany(change: {
    readonly model: string;
    readonly where: { readonly field: string; readonly value: string }[];
    readonly update: Record<string, string>;
  }): Promise<number>;
}

/** Hashes the lists that are enciphered still, one after the other, until `isStopped`; the next start then goes on. */
export async function hashEncipheredCodes(
  { adapter, secretConfig }: { readonly adapter: KeptFactors; readonly secretConfig: SecretKey },
  isStopped: () => boolean,
): Promise<void> {
  const model = "twoFactor";
  const factors = await adapter.findMany<{ readonly id: string; readonly backupCodes: string }>({
    model,
    limit: Math.max(1, await adapter.count({ model })),
  });
  for (const { id, backupCodes } of factors) {
    if (isStopped()) return;
    if (isHashed(backupCodes)) continue;
    const hashed = await hashRecoveryCodes(await listOfRecoveryCodes(backupCodes, secretConfig));
    // (unless one was used in the meantime, which hashes the others)
    const where = [
      { field: "id", value: id },
      { field: "backupCodes", value: backupCodes },
    ];
    await adapter.updateMany({ model, where, update: { backupCodes: hashed } });
  }
}
