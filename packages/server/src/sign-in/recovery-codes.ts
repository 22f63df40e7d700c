import type { AuthContext } from "better-auth";
import { symmetricDecrypt } from "better-auth/crypto";
import { hashPassword, verifyPassword } from "./password-hash.ts";

/** As the library makes them; whatever else is typed in is not worth the time that a hash takes. */
const RECOVERY_CODE = /^[A-Za-z0-9]{5}-[A-Za-z0-9]{5}$/;
const HASHED = "$argon2id$";

/** A person's second factor, as far as this goes; `backupCodes`: a list (JSON) of hashes, or what an old version kept. */
interface KeptFactor {
  readonly id: string;
  readonly backupCodes: string;
}

/** The library's tables, and the key of what an old version enciphered. */
interface Kept {
  readonly adapter: {
    count(query: { readonly model: string }): Promise<number>;
    findMany<T>(query: { readonly model: string; readonly limit: number }): Promise<T[]>;
    updateMany(change: {
      readonly model: string;
      readonly where: { readonly field: string; readonly value: string }[];
      readonly update: Record<string, string>;
    }): Promise<number>;
  };
  readonly secretConfig: AuthContext["secretConfig"];
}

const model = "twoFactor";

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

/** The hash of a code, as it stands in the list; undefined: it is none of them. */
export async function findRecoveryCode(list: string, code: string): Promise<string | undefined> {
  if (!RECOVERY_CODE.test(code)) return undefined;
  for (const hash of JSON.parse(list) as readonly string[]) if (await verifyPassword(hash, code)) return hash;
  return undefined;
}

/** The first versions kept the list enciphered, with the codes in it. */
export function areEnciphered({ backupCodes }: KeptFactor): boolean {
  return !backupCodes.startsWith("[");
}

/** Puts the hashes in the place of a list that is enciphered, unless something else is there by then. */
export async function hashEnciphered({ adapter, secretConfig }: Kept, { id, backupCodes }: KeptFactor): Promise<void> {
  const hashed = await hashRecoveryCodes(await symmetricDecrypt({ key: secretConfig, data: backupCodes }));
  const where = [
    { field: "id", value: id },
    { field: "backupCodes", value: backupCodes },
  ];
  await adapter.updateMany({ model, where, update: { backupCodes: hashed } });
}

/** Hashes all lists that are enciphered still, one after the other, until `isStopped`; the next start then goes on. */
export async function hashAllEnciphered(kept: Kept, isStopped: () => boolean): Promise<void> {
  const limit = Math.max(1, await kept.adapter.count({ model }));
  for (const factor of await kept.adapter.findMany<KeptFactor>({ model, limit })) {
    if (isStopped()) return;
    if (areEnciphered(factor)) await hashEnciphered(kept, factor);
  }
}
