import type { PolicyDocument } from "@safeguard/client";
import { describe, expect, it } from "vitest";
import {
  changeRequestOf,
  type DraftBase,
  documentOf,
  expectedAction,
  isChanged,
  listModeOf,
  NO_CHANGE,
  withAllowed,
  withListMode,
  withRules,
} from "./draft.ts";

const base = (document: PolicyDocument, above: DraftBase["above"] = []): DraftBase => ({ document, above });
const blockList = base({
  listMode: "block_list",
  destinations: { 881: { action: "block" }, NL: { action: "monitor" } },
  channels: ["sms"],
});

describe("a draft of destinations", () => {
  it("says the fewest rules: none where the list mode says the same", () => {
    const opened = withAllowed(blockList, NO_CHANGE, ["881"], true);
    expect(documentOf(blockList, opened)).toEqual({
      listMode: "block_list",
      destinations: { NL: { action: "monitor" } },
      channels: ["sms"],
    });
    expect(changeRequestOf(opened)).toEqual({ reset: ["881"] });
    expect(changeRequestOf(withAllowed(blockList, NO_CHANGE, ["NG"], false))).toEqual({ block: ["NG"] });
  });

  it("is no change any more when it is taken back", () => {
    for (const code of ["NG", "881", "NL"]) {
      const isAllowed = code !== "881";
      const there = withAllowed(blockList, NO_CHANGE, [code], !isAllowed);
      expect(isChanged(there)).toBe(true);
      expect(isChanged(withAllowed(blockList, there, [code], isAllowed))).toBe(false);
    }
  });

  it("in an allow list names what is let pass", () => {
    const allowList = base({ listMode: "allow_list", destinations: { NL: { action: "filter" } } });
    const draft = withAllowed(allowList, withAllowed(allowList, NO_CHANGE, ["BE"], true), ["NL"], false);
    expect(changeRequestOf(draft)).toEqual({ allow: ["BE"], reset: ["NL"] });
  });

  it("says it outright where an account above, or a default, may say otherwise", () => {
    const child = base({ destinations: {} }, [
      { account: null, policy: "default", revision: 1, document: { destinations: { NG: { action: "block" } } } },
    ]);
    expect(changeRequestOf(withAllowed(child, NO_CHANGE, ["NG", "PK"], true))).toEqual({ allow: ["NG"] });
    expect(changeRequestOf(withAllowed(base({}), NO_CHANGE, ["881"], true))).toEqual({ allow: ["881"] });
  });

  it("has no blocks under allow all, and leaves allow all by blocking", () => {
    const all = withListMode(blockList, NO_CHANGE, "allow_all");
    expect(documentOf(blockList, all)).toMatchObject({
      listMode: "allow_all",
      destinations: { NL: { action: "monitor" } },
    });
    expect(documentOf(blockList, all).destinations).not.toHaveProperty("881");
    expect(changeRequestOf(all)).toBeUndefined();
    const saved = base({ listMode: "allow_all" });
    const blocked = withRules(saved, NO_CHANGE, ["NG"], "block");
    expect(listModeOf(saved, blocked)).toBe("block_list");
    expect(isChanged(withListMode(blockList, all, "block_list"))).toBe(true);
  });

  it("without detection is a request of its own", () => {
    expect(changeRequestOf(withRules(blockList, NO_CHANGE, ["GB"], "allow"))).toEqual({
      groups: ["GB"],
      action: "allow",
    });
  });

  it("knows what will hold before the server has said it", () => {
    const byList = { action: "filter", because: "list_mode" } as const;
    const above = { action: "block", because: "account_above" } as const;
    const draft = withListMode(blockList, withRules(blockList, NO_CHANGE, ["GB"], "monitor"), "allow_list");
    expect(expectedAction(blockList, draft, "GB", byList)).toBe("monitor");
    expect(expectedAction(blockList, draft, "NG", byList)).toBe("block");
    expect(expectedAction(blockList, withRules(blockList, draft, ["CU"], "filter"), "CU", above)).toBe("block");
    expect(expectedAction(blockList, NO_CHANGE, "NG", byList)).toBe("filter");
  });
});
