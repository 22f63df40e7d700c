import type { PolicyDocument } from "@safeguard/client";
import { describe, expect, it } from "vitest";
import { edited, isSame, NO_EDITS, withEdit, withField, withoutEdit } from "./policy-edits.ts";

const listMode =
  (mode: "allow_all" | "block_list" | "allow_list") =>
  (document: PolicyDocument): PolicyDocument => ({ ...document, listMode: mode });

describe("what is to be changed of a policy", () => {
  it("holds the later of two edits of one thing, and goes with the last", () => {
    const first = withEdit({}, NO_EDITS, "listMode", listMode("allow_all"));
    const second = withEdit({}, first, "listMode", listMode("allow_list"));
    expect(second.size).toBe(1);
    expect(edited({}, second)).toEqual({ listMode: "allow_list" });
    expect(withoutEdit(second, "listMode").size).toBe(0);
  });

  it("is nothing where it comes to what is saved", () => {
    const saved: PolicyDocument = { listMode: "block_list" };
    const changed = withEdit(saved, NO_EDITS, "listMode", listMode("allow_list"));
    expect(withEdit(saved, changed, "listMode", listMode("block_list")).size).toBe(0);
  });

  it("is made again on what somebody else saved in between", () => {
    const edits = withEdit({}, NO_EDITS, "listMode", listMode("allow_list"));
    expect(edited({ destinations: { NL: { action: "block" } } }, edits)).toEqual({
      destinations: { NL: { action: "block" } },
      listMode: "allow_list",
    });
  });

  it("compares what is said, in whatever order, and says nothing that is empty", () => {
    expect(isSame({ a: 1, b: [{ c: 2, d: undefined }] }, { b: [{ c: 2 }], a: 1 })).toBe(true);
    expect(isSame({ a: [1, 2] }, { a: [2, 1] })).toBe(false);
    expect(withField<PolicyDocument, "ranges">({ listMode: "block_list", ranges: [] }, "ranges", [])).toEqual({
      listMode: "block_list",
    });
  });
});
