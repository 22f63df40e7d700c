import type { EpochMilliseconds } from "@safeguard/core";
import { z } from "zod";
import { type CollectedNumber, PLACES, type Place } from "./collect-number.ts";

const found = z.object({ place: z.string(), found: z.int() });

export const numberExportView = z
  .object({
    number: z.string(),
    account: z.string().nullable().describe("null: every account."),
    at: z.string(),
    lookedAt: z.array(found).describe("Every place that was looked through, also those with nothing."),
    notLookedAt: z.array(z.object({ place: z.string(), why: z.string() })),
    records: z
      .record(z.string(), z.array(z.object({ sequence: z.int(), record: z.json() })))
      .describe("Of the journal, by place, in the order in which they happened; as they are kept."),
    accounts: z
      .array(
        z.object({
          account: z.string(),
          verifiedNumber: z.json().nullable(),
          detection: z.json().nullable().describe("What detection and limits remember: attempts, counts of ceilings."),
          waiting: z.array(z.string()).describe("Messages that wait to be sent; their contents are kept until then."),
          rules: z.array(z.json()).describe("What the account's policies say of it, in every revision."),
        }),
      )
      .describe("What is kept besides records, of each account that keeps anything."),
    sandbox: z.array(z.json()),
  })
  .meta({ id: "NumberExport" });

export type NumberExport = z.infer<typeof numberExportView>;

const NOT_LOOKED_AT = [
  { place: "logs, metrics and alerts", why: "They never hold numbers." },
  { place: "incidents", why: "They hold ranges and counts; attempts kept for their pictures are under detection." },
  { place: "texts of messages", why: "They are not kept, but for messages that wait." },
  { place: "backups", why: "They are files elsewhere: restored, they are looked through like any other store." },
  { place: "the provider, the client and its webhooks", why: "They are systems of others." },
] as const;

/** All that was found, with where it was looked for. */
export function exportOf(
  { to, account, records, states, sandbox }: CollectedNumber,
  at: EpochMilliseconds,
): NumberExport {
  const places: readonly Place[] = [...(Object.keys(PLACES) as (keyof typeof PLACES)[]), "other"];
  const count = (of: (state: CollectedNumber["states"][number]) => number): number =>
    states.reduce((sum, state) => sum + of(state), 0);
  return {
    number: to,
    account: account ?? null,
    at: new Date(at).toISOString(),
    lookedAt: [
      ...places.map((place) => ({ place: `journal: ${place}`, found: records.get(place)?.length ?? 0 })),
      { place: "verified numbers", found: count(({ verifiedNumber }) => Number(verifiedNumber !== undefined)) },
      { place: "detection: attempts", found: count(({ memory }) => memory?.sessions.length ?? 0) },
      { place: "detection: verification", found: count(({ memory }) => Number(memory?.verified !== undefined)) },
      { place: "detection: pictures of incidents", found: count(({ memory }) => memory?.incidents.length ?? 0) },
      { place: "limits: counts", found: count(({ memory }) => memory?.limits.length ?? 0) },
      { place: "messages that wait", found: count(({ waiting }) => waiting.length) },
      { place: "policies: rules", found: count(({ rules }) => rules.length) },
      { place: "sandbox", found: sandbox.length },
    ],
    notLookedAt: [...NOT_LOOKED_AT],
    records: Object.fromEntries(
      places.flatMap((place) => {
        const list = records.get(place);
        return list === undefined ? [] : [[place, list.map((one) => ({ ...one, record: json(one.record) }))]];
      }),
    ),
    accounts: states.map(({ account: id, verifiedNumber, memory, waiting, rules }) => ({
      account: id,
      verifiedNumber: json(verifiedNumber ?? null),
      detection: json(memory ?? null),
      waiting: [...waiting],
      rules: rules.map(json),
    })),
    sandbox: sandbox.map(json),
  };
}

function json(value: unknown): z.infer<ReturnType<typeof z.json>> {
  return JSON.parse(JSON.stringify(value)) as z.infer<ReturnType<typeof z.json>>;
}
