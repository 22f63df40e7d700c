/** A country in which simulated people live. */
export interface Market {
  /** ISO 3166-1 alpha-2. */
  readonly destination: string;
  /** Part of a European company's traffic, relative to the others; 0: the company is not active there. */
  readonly weight: number;
  /** Part of sign-up sessions that end in a completed verification. */
  readonly conversion: number;
  /** IANA name of the time zone of most people there. */
  readonly zone: string;
}

/** Weights and rates are judgement: large home markets, a middle, and a long tail in which a company has few users. */
export const MARKETS: readonly Market[] = table(`
  GB 17 .74 Europe/London          DE 15 .76 Europe/Berlin            FR 12 .73 Europe/Paris
  NL 9 .78 Europe/Amsterdam        ES 8 .71 Europe/Madrid             IT 6 .70 Europe/Rome
  BE 4 .75 Europe/Brussels         PL 4 .72 Europe/Warsaw             US 7 .70 America/New_York
  CA 1.6 .71 America/Toronto       SE 2 .77 Europe/Stockholm          PT 2 .71 Europe/Lisbon
  AT 1.6 .76 Europe/Vienna         CH 1.6 .77 Europe/Zurich           IE 1.2 .74 Europe/Dublin
  DK 1.2 .79 Europe/Copenhagen     NO 1 .80 Europe/Oslo               FI .8 .78 Europe/Helsinki
  CZ .9 .73 Europe/Prague          RO 1.2 .68 Europe/Bucharest        GR .8 .68 Europe/Athens
  HU .6 .71 Europe/Budapest        TR 1.4 .64 Europe/Istanbul         UA .5 .65 Europe/Kyiv
  IN 2.4 .62 Asia/Kolkata          BR 2.2 .66 America/Sao_Paulo       MX 1.2 .65 America/Mexico_City
  AR .5 .64 America/Buenos_Aires   CO .6 .63 America/Bogota           CL .3 .67 America/Santiago
  AU .9 .74 Australia/Sydney       NZ .2 .75 Pacific/Auckland         JP .4 .76 Asia/Tokyo
  SG .3 .77 Asia/Singapore         MY .4 .66 Asia/Kuala_Lumpur        TH .4 .65 Asia/Bangkok
  PH .5 .60 Asia/Manila            ID .6 .58 Asia/Jakarta             VN .3 .61 Asia/Ho_Chi_Minh
  AE .8 .69 Asia/Dubai             SA .5 .66 Asia/Riyadh              IL .4 .74 Asia/Jerusalem
  ZA .5 .66 Africa/Johannesburg    NG .5 .57 Africa/Lagos             KE .2 .60 Africa/Nairobi
  EG .4 .58 Africa/Cairo           MA .4 .60 Africa/Casablanca        TN .12 .59 Africa/Tunis
  DZ .12 .57 Africa/Algiers        PK .25 .56 Asia/Karachi            BD .2 .56 Asia/Dhaka
  LK .08 .61 Asia/Colombo          NP .05 .58 Asia/Kathmandu          UZ .04 .57 Asia/Tashkent
  AZ .04 .60 Asia/Baku             KZ .06 .62 Asia/Almaty             GE .06 .64 Asia/Tbilisi
  AM .03 .62 Asia/Yerevan          KG .02 .57 Asia/Bishkek            TJ .02 .56 Asia/Dushanbe
  IQ .05 .56 Asia/Baghdad          JO .06 .61 Asia/Amman              LB .05 .62 Asia/Beirut
  GH .06 .59 Africa/Accra          CI .04 .58 Africa/Abidjan          SN .04 .58 Africa/Dakar
  CM .02 .56 Africa/Douala         ML .01 .55 Africa/Bamako           MG .01 .55 Indian/Antananarivo
  GN .01 .55 Africa/Conakry        TZ .03 .57 Africa/Dar_es_Salaam    UG .03 .57 Africa/Kampala
  ET .02 .55 Africa/Addis_Ababa    KH .03 .58 Asia/Phnom_Penh         MM .02 .56 Asia/Yangon
  AF .01 .55 Asia/Kabul            RS .2 .69 Europe/Belgrade          BG .3 .69 Europe/Sofia
  HR .2 .71 Europe/Zagreb          PE .2 .63 America/Lima             EC .1 .62 America/Guayaquil
`);

const BY_DESTINATION: ReadonlyMap<string, Market> = new Map(MARKETS.map((market) => [market.destination, market]));

/** The market of a destination that is in {@link MARKETS}. */
export function marketOf(destination: string): Market {
  const market = BY_DESTINATION.get(destination);
  if (market === undefined) throw new RangeError(`"${destination}" is no simulated market: see MARKETS`);
  return market;
}

function table(text: string): readonly Market[] {
  const cells = text.trim().split(/\s+/);
  return Array.from({ length: cells.length / 4 }, (_, row) => {
    const [destination = "", weight, conversion, zone = ""] = cells.slice(row * 4, row * 4 + 4);
    return { destination, weight: Number(weight), conversion: Number(conversion), zone };
  });
}
