/** A published list on which a destination stands, and what standing there says. */
export interface RiskSource {
  readonly name: string;
  readonly url: string;
}

interface PublishedList extends RiskSource {
  readonly codes: string;
}

/** Facts of others, not a judgement of ours: detection does not look at them. */
const LISTS: readonly PublishedList[] = [
  {
    name: "Vonage Fraud Defender limits bursts of SMS to it",
    url: "https://developer.vonage.com/en/api/fraud-defender.v0.1",
    codes:
      "DZ AZ BD BB BY BJ BG EG SV GH KZ KG LA MV MM NG PH PK PS RU LK SD SY TJ AE UZ BH IR IQ IL JO KW LB OM QA SA YE AM KM GE ID IT TT",
  },
  {
    // (as far as the list could be read: it is alphabetical, and ends within M)
    name: "Stytch sends no SMS passcodes to it unless asked",
    url: "https://www.stytch.com/docs/guides/passcodes/unsupported-countries",
    codes:
      "DZ AF AL AD AO AM AW AZ BS BH BD BB BY BZ BM BT BA BW VG MM BI CV KY TD CN HK KM CD CI CU CW BQ CY DK DJ DM TL EG GQ ET ER FO FJ PF GA GM GE GI GL GP GU GN HT HN ID IL IR IQ JE JO KZ KP XK KW KG LA LB LS LR LY MO MK",
  },
  {
    name: "Authgear once counted it as of high risk by default",
    url: "https://github.com/authgear/authgear-server",
    codes: "DZ AZ BD CU IR IL NG OM PK PS LK SY TJ TN",
  },
];

const SOURCES_OF: ReadonlyMap<string, readonly RiskSource[]> = (() => {
  const sources = new Map<string, RiskSource[]>();
  for (const { name, url, codes } of LISTS) {
    for (const code of codes.split(" ")) sources.set(code, [...(sources.get(code) ?? []), { name, url }]);
  }
  return sources;
})();

/** The published lists of risky destinations that name this one; undefined: none does. */
export function riskSources(code: string): readonly RiskSource[] | undefined {
  return SOURCES_OF.get(code);
}

/** Every destination that a list names. */
export function riskMarked(): readonly string[] {
  return [...SOURCES_OF.keys()];
}
