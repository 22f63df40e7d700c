import type { AccountId } from "@safeguard/core";
import type { Directory } from "../accounts/directory.ts";
import type { LiveView } from "../changes.ts";
import type { Brand, Logo } from "./brand.ts";

/** Brands in memory, as of the last durable record. */
export interface Brands extends LiveView {
  /** What the account itself says. */
  own(account: AccountId): Brand | undefined;
  /** What is shown to its people: its own, else that of the nearest account above that has one. */
  shown(account: AccountId): Brand | undefined;
  /** A logo that some account shows now. */
  logo(sha256: string): Logo | undefined;
}

export function createBrands(directory: Pick<Directory, "account">): Brands {
  const brands = new Map<AccountId, Brand>();
  return {
    apply(record) {
      if (record.type !== "brand_saved") return;
      const { brand } = record;
      if (brand.name === undefined && brand.colour === undefined && brand.logo === undefined) {
        brands.delete(brand.account);
      } else brands.set(brand.account, brand);
    },
    own: (account) => brands.get(account),
    shown(account) {
      for (let id: AccountId | undefined = account; id !== undefined; id = directory.account(id)?.parent) {
        const found = brands.get(id);
        if (found !== undefined) return found;
      }
      return undefined;
    },
    logo(sha256) {
      for (const { logo } of brands.values()) if (logo?.sha256 === sha256) return logo;
      return undefined;
    },
  };
}
