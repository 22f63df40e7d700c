/** A known vulnerability that does not reach us, or must be lived with for a while: said by a person, with an end. */
export interface Accepted {
  /** Of GitHub's advisory: `GHSA-xxxx-xxxx-xxxx`. */
  readonly id: string;
  readonly reason: string;
  /** Last day, `YYYY-MM-DD`. */
  readonly until: string;
}

export interface Advisory {
  readonly id: string;
  readonly library: string;
  readonly severity: string;
  readonly title: string;
  /** Versions that have it. */
  readonly range: string;
}

export interface Judgement {
  /** Moderate and above, accepted by nobody. */
  readonly found: readonly Advisory[];
  readonly accepted: readonly Advisory[];
  /** Below moderate: said, and no more. */
  readonly minor: readonly Advisory[];
  /** What is wrong with the list of accepted ones: past its end, without a reason, or about nothing that is there. */
  readonly faults: readonly string[];
}

/** The audit could not be made, so nothing is known. */
export class AuditFailed extends Error {
  override readonly name = "AuditFailed";
  readonly code = "audit_failed";
}

const MINOR: ReadonlySet<string> = new Set(["info", "low"]);
const FORM = /^GHSA(?:-[0-9a-z]{4}){3}$/;

/** Judges what `npm audit --json` wrote (version 2 of its report). `today`: `YYYY-MM-DD`. Throws AuditFailed for anything else. */
export function judgeAudit(report: unknown, accepted: readonly Accepted[], today: string): Judgement {
  const all = advisoriesOf(report);
  const known = new Map(accepted.map((one) => [one.id, one]));
  const isInForce = (id: string): boolean => (known.get(id)?.until ?? "") >= today;
  const grave = all.filter(({ severity }) => !MINOR.has(severity));
  return {
    found: grave.filter(({ id }) => !isInForce(id)),
    accepted: grave.filter(({ id }) => isInForce(id)),
    minor: all.filter(({ severity }) => MINOR.has(severity)),
    faults: accepted.flatMap((one) => faultsOf(one, all, today)),
  };
}

function faultsOf({ id, reason, until }: Accepted, all: readonly Advisory[], today: string): readonly string[] {
  if (!FORM.test(id)) return [`${JSON.stringify(id)} is no advisory's id, such as GHSA-1234-5678-9abc`];
  if (typeof reason !== "string" || reason.trim().length < 10) return [`${id} has no reason`];
  if (!/^\d{4}-\d\d-\d\d$/.test(until)) return [`${id} has no end: a day such as 2027-01-31`];
  if (until < today) return [`${id} was accepted until ${until}`];
  return all.some((advisory) => advisory.id === id) ? [] : [`${id} is not there any more; take it out`];
}

function advisoriesOf(report: unknown): readonly Advisory[] {
  const { auditReportVersion, vulnerabilities } = object(report);
  if (auditReportVersion !== 2 || typeof vulnerabilities !== "object" || vulnerabilities === null) {
    const { message } = object(report);
    throw new AuditFailed(typeof message === "string" ? message : "npm audit wrote no report of version 2");
  }
  const found = new Map<string, Advisory>();
  for (const [library, entry] of Object.entries(vulnerabilities)) {
    const { via } = object(entry);
    if (!Array.isArray(via)) throw new AuditFailed(`the report does not say what is wrong with ${library}`);
    // (a name stands for another entry of the report)
    for (const cause of via.filter((one) => typeof one !== "string")) {
      const { url, severity, title, range, name } = object(cause);
      const id = /GHSA(?:-[0-9a-z]{4}){3}/.exec(String(url))?.[0] ?? String(url);
      found.set(id, {
        id,
        library: String(name ?? library),
        severity: String(severity),
        title: String(title),
        range: String(range),
      });
    }
  }
  return [...found.values()].sort((one, other) => (one.id < other.id ? -1 : 1));
}

function object(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}
