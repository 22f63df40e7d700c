import type { TFunction } from "i18next";
import { scopeKey } from "../keys/scopes.ts";
import type { Format } from "../shared/format.ts";
import type { ActProposal } from "./approval-types.ts";

export interface ActWords {
  readonly title: string;
  /** What it would do, once approved. */
  readonly effect: string;
}

/** A proposed act in the reader's language; the server's own words where it is one that this console does not know. */
export function wordsOfAct(
  { act, subject, what }: Pick<ActProposal, "act" | "subject" | "what">,
  t: TFunction,
  { count, moment }: Pick<Format, "count" | "moment">,
): ActWords {
  const said = (kind: string, values: Readonly<Record<string, unknown>> = {}): ActWords => ({
    title: t(`approvals.act.${kind}.title`, values),
    effect: t(`approvals.act.${kind}.effect`, values),
  });
  switch (act.type) {
    case "judge_incident":
      return said(act.word, { number: act.incident });
    case "release_range":
      return said("release_range", { range: act.range });
    case "end_lockdown":
      return said("end_lockdown");
    case "bypass":
      return act.until === undefined
        ? said("bypass", { minutes: count((act.forSeconds ?? 1_800) / 60) })
        : said("bypassUntil", { until: moment(act.until) });
    case "add_member":
      return said("add_member", { name: subject ?? act.member.email, ...roleIn(act.member.role, t), ...act.member });
    case "change_member":
      return said("change_member", { name: subject ?? "", ...roleIn(act.patch.role, t) });
    case "widen_key":
      return said("widen_key", { name: subject ?? "", changes: changesOfKey(act.patch, t, moment).join("; ") });
    default:
      return { title: what, effect: "" };
  }
}

function roleIn(role: string | undefined, t: TFunction): { readonly roleName: string; readonly roleText: string } {
  return { roleName: t(`people.role.${role ?? ""}.name`), roleText: t(`people.role.${role ?? ""}.text`) };
}

/** What a key would be from then on, each field in words. */
function changesOfKey(
  patch: Readonly<Record<string, unknown>>,
  t: TFunction,
  moment: (at: string) => string,
): readonly string[] {
  return Object.entries(patch).map(([field, value]) =>
    t(`approvals.key.${field}`, { defaultValue: field, value: wordsOfValue(field, value, t, moment) }),
  );
}

function wordsOfValue(field: string, value: unknown, t: TFunction, moment: (at: string) => string): string {
  if (Array.isArray(value)) {
    const items = value.map((one) => (field === "scopes" ? t(scopeKey(String(one))) : String(one)));
    return items.length === 0 ? t(`approvals.key.${field}None`) : items.join(", ");
  }
  if (value === null) return t(`approvals.key.${field}None`);
  if (field === "expiresAt") return moment(String(value));
  if (typeof value === "boolean") return t(value ? "people.roles.yes" : "people.roles.no");
  return String(value);
}
