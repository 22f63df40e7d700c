import type { PolicyRevision } from "@safeguard/client";
import { expect, it } from "vitest";
import { decidedBefore } from "./use-policy.ts";

const revision = (number: number, changes: Partial<PolicyRevision> = {}): PolicyRevision => ({
  policy: "default",
  number,
  state: "in_force",
  from: `2026-11-22T0${number}:00:00Z`,
  until: null,
  decides: false,
  author: { type: "operator", name: "Ann", person: null },
  reason: "x",
  createdAt: `2026-11-22T0${number}:00:00Z`,
  restores: null,
  managedBy: null,
  proposal: null,
  approvedBy: null,
  ...changes,
});

it("undoing goes back to what decided when the change came: no draft, nothing that was over, nothing that waited", () => {
  const revisions = [
    revision(6),
    revision(5, { state: "pending_approval" }),
    revision(4, { state: "draft" }),
    revision(3, { until: "2026-11-22T04:00:00Z" }),
    revision(2),
    revision(1),
  ];
  expect(decidedBefore(revisions, revision(6))?.number).toBe(2);
  expect(decidedBefore([revision(7, { from: "2026-12-01T00:00:00Z" }), ...revisions], revision(8))?.number).toBe(6);
  expect(decidedBefore(revisions, revision(1))).toBeUndefined();
});
