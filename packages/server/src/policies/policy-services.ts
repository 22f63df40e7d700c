import type { Engine } from "@safeguard/core";
import type { Directory } from "../accounts/directory.ts";
import type { Serially } from "../accounts/serially.ts";
import type { Changes } from "../changes.ts";
import type { PolicyBook } from "./policy-book.ts";

/** What the services on policies need of the rest. */
export interface PolicyServiceDeps {
  readonly book: PolicyBook;
  readonly directory: Directory;
  readonly changes: Changes;
  /** Runs changes of policies one after the other: each sees the one before. */
  readonly serially: Serially;
}

/** What reading policies needs besides. */
export interface PolicyReadDeps extends PolicyServiceDeps {
  /** Knows what decides for an account: its own level first, then those above it. */
  readonly engine: Pick<Engine, "levelsFor">;
}
