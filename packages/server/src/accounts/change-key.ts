import type { EpochMilliseconds } from "@safeguard/core";
import type { Seal } from "../store/seal.ts";
import type { ApiKey } from "./api-key.ts";
import type { KeyPatch } from "./key-body.ts";
import { hashCredential, type MintedKey } from "./mint-key.ts";
import { parseNetwork } from "./network.ts";
import { authTokenPurpose } from "./sealed-purposes.ts";

/** The key with the given settings changed; what is not given stays, and null takes a setting away. */
export function changeKey(key: ApiKey, patch: KeyPatch): ApiKey {
  const { policy: policyBefore, purpose: purposeBefore, sendMode: modeBefore, expiresAt: expiryBefore, ...rest } = key;
  const policy = patch.policy === undefined ? policyBefore : (patch.policy ?? undefined);
  const purpose = patch.purpose === undefined ? purposeBefore : (patch.purpose ?? undefined);
  const sendMode = patch.sendMode === undefined ? modeBefore : (patch.sendMode ?? undefined);
  const expiresAt = patch.expiresAt === undefined ? expiryBefore : instantOf(patch.expiresAt);
  return {
    ...rest,
    name: patch.name ?? key.name,
    scopes: patch.scopes === undefined ? key.scopes : [...new Set(patch.scopes)],
    networks: patch.networks === undefined ? key.networks : patch.networks.map(canonical),
    mayChoosePolicies: patch.mayChoosePolicies ?? key.mayChoosePolicies,
    mayDisableRiskCheck: patch.mayDisableRiskCheck ?? key.mayDisableRiskCheck,
    ...(policy === undefined ? {} : { policy }),
    ...(purpose === undefined ? {} : { purpose }),
    ...(sendMode === undefined ? {} : { sendMode }),
    ...(expiresAt === undefined ? {} : { expiresAt }),
  };
}

/** What is kept of a key's secrets. */
export function keptSecrets(
  seal: Seal,
  keyId: string,
  minted: Omit<MintedKey, "id">,
): Pick<ApiKey, "secretHash" | "productTokenHash" | "authTokenHash" | "authTokenSealed" | "hint"> {
  return {
    secretHash: hashCredential(minted.secret),
    productTokenHash: hashCredential(minted.productToken),
    authTokenHash: hashCredential(minted.authToken),
    authTokenSealed: seal.seal(minted.authToken, authTokenPurpose(keyId)),
    hint: minted.secret.slice(-4),
  };
}

function canonical(text: string): string {
  const result = parseNetwork(text);
  return result.ok ? result.canonical : text;
}

function instantOf(text: string | null): EpochMilliseconds | undefined {
  return text === null ? undefined : (Date.parse(text) as EpochMilliseconds);
}
