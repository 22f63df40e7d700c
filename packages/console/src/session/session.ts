import type { SafeguardClient } from "@safeguard/client";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { createContext, useContext } from "react";
import { serverFor } from "../api/server.ts";
import type { Brand } from "../brand/brand-context.ts";

export interface ReachableAccount {
  readonly id: string;
  readonly name: string;
  readonly parent: string | null;
  readonly role: "owner" | "operator" | "analyst" | "read_only";
  readonly permissions: readonly string[];
  readonly suspended: boolean;
}

export interface SignedIn {
  readonly person: {
    readonly name: string;
    readonly email: string;
    readonly twoFactor: boolean;
    /** One is required, and must be set up before anything else. */
    readonly lacksSecondFactor: boolean;
  };
  readonly session: string;
  readonly accounts: readonly ReachableAccount[];
}

export interface SignInState {
  readonly needsSetup: boolean;
  readonly identityProvider: string | null;
  readonly sandbox: boolean;
  readonly version: string;
  /** Where all accounts are below one: what that shows. */
  readonly brand: Brand | null;
}

/** Who is signed in; null: nobody. */
export function useSignedIn() {
  return useQuery({
    queryKey: ["session"],
    queryFn: async () => {
      try {
        return await serverFor(undefined).call<SignedIn>({ method: "GET", path: "/v1/session" });
      } catch (error) {
        if ((error as { readonly status?: number }).status === 401) return null;
        throw error;
      }
    },
    staleTime: 60_000,
  });
}

export function useSignInState() {
  return useQuery({
    queryKey: ["sign-in"],
    queryFn: () => serverFor(undefined).call<SignInState>({ method: "GET", path: "/v1/sign-in" }),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** What every page behind the sign-in knows. */
export interface Working {
  readonly signedIn: SignedIn;
  readonly account: ReachableAccount;
  readonly server: SafeguardClient;
  chooseAccount(id: string): void;
}

export const WorkingContext = createContext<Working | undefined>(undefined);

export function useWorking(): Working {
  const working = useContext(WorkingContext);
  if (working === undefined) throw new Error("useWorking outside of the frame");
  return working;
}

/** May this person do it, in the account that is chosen? */
export function useMay(permission: string): boolean {
  return useWorking().account.permissions.includes(permission);
}

/** Forgets everything that the server said, as when another person or account is chosen. */
export function useForgetAll(): () => void {
  const queries = useQueryClient();
  return () => queries.clear();
}
