import { continents, countries } from "countries-list";
import { TWINS } from "../../packages/core/src/numbering/twins.ts";
import { callingCodes, mainDestinations } from "./compile-plan.ts";
import type { NumberingMetadata } from "./plan-metadata.ts";

/** `[code, calling code, kind, continent, mark, ...twins]`, in alphabetical order of the code. */
export type DestinationRow = readonly string[];

/** Parts of another country, or in free association with one, that have their own ISO 3166-1 code. */
const TERRITORIES: ReadonlySet<string> = new Set(
  (
    "AC AI AS AW BM BQ CK CW FK FO GF GG GI GL GP GU HK IM IO JE KY MO MP MQ MS NC NF NU PF PM PR RE SH SX TA TC TK VG " +
    "VI WF YT"
  ).split(" "),
);

/** Satellite networks and the shared codes that they are found under; calls to 979 are charged at a premium. */
const MARKS: Readonly<Record<string, string>> = {
  870: "satellite",
  881: "satellite",
  882: "satellite",
  883: "satellite",
  979: "premium",
};

export function destinationTable(metadata: NumberingMetadata): DestinationRow[] {
  return callingCodes(metadata)
    .flatMap((callingCode) => mainDestinations(callingCode, metadata).map((code) => row(code, callingCode)))
    .sort(([a = ""], [b = ""]) => (a < b ? -1 : 1));
}

function row(code: string, callingCode: string): DestinationRow {
  const twins = Object.keys(TWINS).filter((twin) => TWINS[twin] === code);
  if (code === callingCode) return [code, callingCode, "non_geographic", "", MARKS[code] ?? "", ...twins];
  const kind = TERRITORIES.has(code) ? "territory" : "country";
  return [code, callingCode, kind, continentOf(code), "", ...twins];
}

function continentOf(code: string): string {
  const country = Object.entries(countries).find(([key]) => key === code)?.[1];
  if (country === undefined) throw new Error(`countries-list does not know ${code}: say its continent here`);
  return continents[country.continent].toLowerCase().replace(" ", "_");
}
