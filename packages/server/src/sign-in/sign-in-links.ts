import type { Seal } from "../store/seal.ts";

/** What a link lets its holder do, once. */
export type SignInLink =
  /** The first person becomes the owner of the first account. */
  | { readonly type: "setup"; readonly until: number }
  /** A member makes a login. */
  | { readonly type: "invitation"; readonly member: string; readonly until: number }
  /** A person sets a new password. `mark`: of the one until then, so that the link is good once. */
  | {
      readonly type: "reset";
      readonly email: string;
      readonly mark: string;
      readonly secondFactor: "kept" | "removed";
      readonly until: number;
    };

const PURPOSE = "sign-in-link";
const MINUTE_MS = 60_000;
export const LINK_GOOD_FOR_MS: Readonly<Record<SignInLink["type"], number>> = {
  setup: 30 * MINUTE_MS,
  invitation: 7 * 24 * 60 * MINUTE_MS,
  reset: 60 * MINUTE_MS,
};

/** Paths of the console that take these links. */
const PATHS: Readonly<Record<SignInLink["type"], string>> = {
  setup: "/setup",
  invitation: "/join",
  reset: "/new-password",
};

/** Links by which people come in: sealed under the master key, good for a while, and used up by what they do. */
export interface SignInLinks {
  /** The path with the token in the fragment, which browsers send to nobody. */
  pathFor(link: SignInLink): string;
  /** Undefined: no link of ours, too old, or used. */
  read(token: string, now: number): SignInLink | undefined;
  /** False: somebody else used it in the meantime. */
  use(token: string, link: SignInLink): boolean;
}

export function createSignInLinks(seal: Pick<Seal, "seal" | "open">): SignInLinks {
  /**
   * Until they would be too old anyway. Across a restart a used invitation or setup is refused because the login exists, a used
   * reset because there is another password.
   */
  const used = new Map<string, number>();
  return {
    pathFor: (link) => `${PATHS[link.type]}#${seal.seal(JSON.stringify(link), PURPOSE)}`,
    read(token, now) {
      for (const [known, until] of used) if (until <= now) used.delete(known);
      if (used.has(token)) return undefined;
      try {
        const link = JSON.parse(seal.open(token, PURPOSE)) as SignInLink;
        return now < link.until ? link : undefined;
      } catch {
        return undefined;
      }
    },
    use(token, { until }) {
      if (used.has(token)) return false;
      used.set(token, until);
      return true;
    },
  };
}
