import { type EpochMilliseconds, NUMBERING_TABLE } from "@safeguard/core";
import { expect, it } from "vitest";
import type { PolicyRevision } from "./policy-revision.ts";
import { revisionSinceStart } from "./revision-since-start.ts";

const at = (time: number): EpochMilliseconds => time as EpochMilliseconds;

function revision(from: number, createdAt: number): PolicyRevision {
  return {
    account: "acc_1" as PolicyRevision["account"],
    policy: "default",
    number: 1,
    document: {},
    state: "in_force",
    from: at(from),
    createdAt: at(createdAt),
    author: { type: "operator", name: "test" },
    reason: "",
    numberingTable: NUMBERING_TABLE,
  };
}

it("holds from the start on where the clock was set back behind the saving of a revision", () => {
  expect(revisionSinceStart(revision(1_000, 1_000), at(400)).from).toBe(400);
});

it("stays planned where it was planned", () => {
  expect(revisionSinceStart(revision(1_000, 300), at(400)).from).toBe(1_000);
});

it("is left alone where its time has come", () => {
  const past = revision(300, 300);
  expect(revisionSinceStart(past, at(400))).toBe(past);
});
