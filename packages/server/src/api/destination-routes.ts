import {
  DESTINATION_GROUPS,
  DESTINATIONS,
  type DestinationInfo,
  destinationGroup,
  destinationInfo,
} from "@safeguard/core";
import { z } from "zod";
import { destinationName } from "../policies/destination-names.ts";
import type { RoutePlugin } from "./app.ts";
import { riskSources } from "./risk-marks.ts";

const destinationView = z
  .object({
    code: z.string().describe("ISO 3166-1 alpha-2, or the calling code of a network that belongs to no country."),
    name: z.string(),
    callingCode: z.string().describe("Without `+`."),
    kind: z.enum(["country", "territory", "non_geographic"]),
    groups: z.array(z.string()).readonly().describe("Groups that it belongs to, such as africa."),
    mark: z.enum(["satellite", "premium"]).nullable(),
    twins: z
      .array(z.object({ code: z.string(), name: z.string() }))
      .readonly()
      .describe("Territories that follow it in every rule."),
    risk: z
      .object({ sources: z.array(z.object({ name: z.string(), url: z.string() })).readonly() })
      .nullable()
      .describe("Published lists of risky destinations that name it: facts of others, which decide nothing here."),
  })
  .meta({ id: "Destination" });

export type DestinationJson = z.infer<typeof destinationView>;

/** `/v1/destinations`: every destination that rules can name. The same for every account. */
export function destinationRoutes(): RoutePlugin {
  return async (app) => {
    app.get(
      "/v1/destinations",
      {
        config: { scope: "public" },
        schema: {
          tags: ["Destinations"],
          summary: "List the destinations with their names and calling codes",
          querystring: z.strictObject({
            language: z
              .string()
              .max(35)
              .refine(isLanguageTag, "must be a language tag such as en or nl-BE")
              .default("en")
              .describe("Language of the names of countries: a BCP 47 tag. Default en."),
          }),
          response: { 200: z.object({ items: z.array(destinationView) }).meta({ id: "Destinations" }) },
        },
      },
      async (request) => ({ items: destinationsIn(request.query.language) }),
    );
  };
}

function isLanguageTag(text: string): boolean {
  try {
    return Intl.getCanonicalLocales(text).length === 1;
  } catch {
    return false;
  }
}

function destinationsIn(language: string): DestinationJson[] {
  const names = new Intl.DisplayNames([language, "en"], { type: "region", fallback: "none" });
  const nameOf = (code: string): string => {
    const isNetwork = destinationInfo(code)?.kind === "non_geographic";
    return isNetwork ? destinationName(code) : (names.of(code) ?? code);
  };
  return DESTINATIONS.map((info) => viewOf(info, nameOf));
}

function viewOf(info: DestinationInfo, nameOf: (code: string) => string): DestinationJson {
  const sources = riskSources(info.code);
  return {
    code: info.code,
    name: nameOf(info.code),
    callingCode: info.callingCode,
    kind: info.kind,
    groups: GROUPS_OF.get(info.code) ?? [],
    mark: info.mark ?? null,
    twins: info.twins.map((code) => ({ code, name: nameOf(code) })),
    risk: sources === undefined ? null : { sources },
  };
}

const GROUPS_OF: ReadonlyMap<string, readonly string[]> = (() => {
  const groups = new Map<string, string[]>();
  for (const group of DESTINATION_GROUPS) {
    for (const code of destinationGroup(group) ?? []) groups.set(code, [...(groups.get(code) ?? []), group]);
  }
  return groups;
})();
