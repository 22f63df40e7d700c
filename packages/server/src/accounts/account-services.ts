import type { AccountContext } from "../api/account-context.ts";
import type { Changes } from "../changes.ts";
import type { PolicyBook } from "../policies/policy-book.ts";
import type { JournalRecord } from "../store/journal-record.ts";
import type { Seal } from "../store/seal.ts";
import type { Directory } from "./directory.ts";
import type { Serially } from "./serially.ts";

/** What the services on accounts and keys need of the rest. */
export interface AccountServiceDeps {
  readonly directory: Directory;
  readonly changes: Changes;
  readonly seal: Seal;
  /** Policies that accounts and keys may name. */
  readonly book: Pick<PolicyBook, "names">;
  /** Says what is wrong with an address that a customer's notices are to go to; undefined: nothing. */
  urlProblem(url: string): string | undefined;
  /** Records that go with the account's first live key: what test keys taught until then is forgotten. */
  trialEnds?(context: AccountContext): readonly JournalRecord[];
  /** Shared by all services that change accounts or keys. */
  readonly serially: Serially;
}
