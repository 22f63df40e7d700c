import { describe, expect, it } from "vitest";
import { type Accepted, AuditFailed, judgeAudit } from "./judge-audit.ts";

const TODAY = "2026-11-23";
const GRAVE = "GHSA-aaaa-bbbb-cccc";
const MINOR = "GHSA-1111-2222-3333";

/** As npm 11 writes it: `frame` has it, `shop` only by using `frame`. */
const REPORT = {
  auditReportVersion: 2,
  vulnerabilities: {
    frame: {
      name: "frame",
      severity: "high",
      isDirect: false,
      via: [
        {
          source: 1_101_234,
          name: "frame",
          dependency: "frame",
          title: "Frame reads any file",
          url: `https://github.com/advisories/${GRAVE}`,
          severity: "moderate",
          cwe: ["CWE-22"],
          cvss: { score: 6.5, vectorString: "CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:U/C:H/I:N/A:N" },
          range: "<2.1.3",
        },
        {
          source: 1_101_235,
          name: "frame",
          dependency: "frame",
          title: "Frame is slow on long names",
          url: `https://github.com/advisories/${MINOR}`,
          severity: "low",
          cwe: ["CWE-400"],
          cvss: { score: 0, vectorString: null },
          range: "<2.0.0",
        },
      ],
      effects: ["shop"],
      range: "<2.1.3",
      nodes: ["node_modules/frame"],
      fixAvailable: true,
    },
    shop: {
      name: "shop",
      severity: "high",
      isDirect: true,
      via: ["frame"],
      effects: [],
      range: "1.0.0 - 1.4.2",
      nodes: ["node_modules/shop"],
      fixAvailable: { name: "shop", version: "2.0.0", isSemVerMajor: true },
    },
  },
  metadata: { vulnerabilities: { info: 0, low: 0, moderate: 0, high: 2, critical: 0, total: 2 } },
};
const NOTHING = { auditReportVersion: 2, vulnerabilities: {}, metadata: { vulnerabilities: { total: 0 } } };
const accepted = (change: Partial<Accepted> = {}): Accepted => ({
  ...{ id: GRAVE, reason: "we never open a file by a name from outside", until: "2026-12-31" },
  ...change,
});
const ids = (advisories: readonly { readonly id: string }[]) => advisories.map(({ id }) => id);

describe("the judgement over what npm audit says", () => {
  it("names each advisory of moderate severity and above, once, and fails nothing for what is minor", () => {
    const { found, minor, faults } = judgeAudit(REPORT, [], TODAY);
    expect(found).toEqual([
      { id: GRAVE, library: "frame", severity: "moderate", title: "Frame reads any file", range: "<2.1.3" },
    ]);
    expect(ids(minor)).toEqual([MINOR]);
    expect(faults).toEqual([]);
    for (const severity of ["moderate", "high", "critical", "unheard of"]) {
      const report = { auditReportVersion: 2, vulnerabilities: { x: { via: [{ url: GRAVE, severity }] } } };
      expect(ids(judgeAudit(report, [], TODAY).found), severity).toEqual([GRAVE]);
    }
  });

  it("finds nothing where nothing is known", () => {
    expect(judgeAudit(NOTHING, [], TODAY)).toEqual({ found: [], accepted: [], minor: [], faults: [] });
  });

  it("lets pass what a person accepted, with a reason, until its last day", () => {
    expect(ids(judgeAudit(REPORT, [accepted()], TODAY).accepted)).toEqual([GRAVE]);
    expect(judgeAudit(REPORT, [accepted({ until: TODAY })], TODAY)).toMatchObject({ found: [], faults: [] });
    const late = judgeAudit(REPORT, [accepted({ until: "2026-11-22" })], TODAY);
    expect(ids(late.found)).toEqual([GRAVE]);
    expect(late.faults).toEqual([`${GRAVE} was accepted until 2026-11-22`]);
  });

  it.each([
    [accepted({ reason: "" }), "has no reason"],
    [accepted({ until: "later" }), "has no end"],
    [accepted({ id: "CVE-2026-1" }), "is no advisory's id"],
    [accepted({ id: "GHSA-zzzz-zzzz-zzzz" }), "is not there any more"],
  ])("says what is wrong with the list itself: %j", (entry, fault) => {
    expect(judgeAudit(REPORT, [entry], TODAY).faults).toEqual([expect.stringContaining(fault)]);
  });

  it("is none where the registry could not be asked: that is no good news", () => {
    const refused = {
      message: "405 Method Not Allowed - POST https://registry.example/-/npm/v1/security/advisories/bulk",
    };
    expect(() => judgeAudit(refused, [], TODAY)).toThrow(AuditFailed);
    expect(() => judgeAudit(refused, [], TODAY)).toThrow("405 Method Not Allowed");
    for (const report of [undefined, null, [], {}, { auditReportVersion: 1, advisories: {} }])
      expect(() => judgeAudit(report, [], TODAY)).toThrow(AuditFailed);
  });
});
