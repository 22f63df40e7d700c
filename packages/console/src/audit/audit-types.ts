/** JSON as it comes. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** A row of the audit trail as the API gives it. */
export interface AuditRow {
  readonly number: number;
  readonly at: string;
  readonly account: string | null;
  /** Such as `key_saved`. */
  readonly action: string;
  readonly who: { readonly type: "key" | "operator"; readonly name: string; readonly person: string | null } | null;
  readonly address: string | null;
  readonly what: { readonly type: string; readonly id: string } | null;
  readonly reason: string | null;
  readonly before: Json;
  readonly after: Json;
  readonly erased: boolean;
  readonly hash: string;
}

export interface AuditVerification {
  readonly ok: boolean;
  readonly rows: number;
  readonly withoutContent: number;
  readonly head: { readonly number: number; readonly hash: string } | null;
  readonly brokenAt: number | null;
  readonly problem: string | null;
}
