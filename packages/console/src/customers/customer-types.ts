import type { Incident, Money } from "@safeguard/client";

/** How an account below stands, as `GET /v1/customers` says it. What one may not read is null. */
export interface Customer {
  readonly id: string;
  readonly name: string;
  readonly parent: string | null;
  readonly suspended: boolean;
  readonly suspendedAt: string | null;
  readonly createdAt: string;
  readonly incidents: {
    readonly ongoing: number;
    readonly lost: readonly Money[];
    readonly atRiskPerHour: readonly Money[];
  } | null;
  readonly feedback: "unknown" | "reported" | "missing" | null;
  readonly policy: {
    readonly listMode: "allow_all" | "block_list" | "allow_list";
    readonly detection: "off" | "monitor" | "enforce";
    readonly open: readonly ("allows_everything" | "detection_off" | "bypassed")[];
  } | null;
  readonly usage: { readonly messages: number; readonly blocked: number; readonly verified: number } | null;
}

export interface Customers {
  readonly items: readonly Customer[];
  readonly next: string | null;
  readonly from: string;
  readonly until: string;
  readonly total: {
    readonly accounts: number;
    readonly suspended: number;
    readonly ongoingIncidents: number;
    readonly feedbackMissing: number;
    readonly openPolicies: number;
    readonly lost: readonly Money[];
    readonly atRiskPerHour: readonly Money[];
    readonly messages: number;
    readonly blocked: number;
  };
}

export interface CustomerIncident extends Incident {
  readonly accountName: string;
}
