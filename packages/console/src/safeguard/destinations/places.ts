/** Countries of the atlas (its ids are ISO 3166-1 numeric, or a name where there is none) that are destinations or follow one. */
const SHAPES =
  "242:FJ 834:TZ 732:EH 124:CA 840:US 398:KZ 860:UZ 598:PG 360:ID 032:AR 152:CL 180:CD 706:SO 404:KE 729:SD 148:TD 332:HT 214:DO 643:RU 044:BS 238:FK 578:NO 304:GL 626:TL 710:ZA 426:LS 484:MX 858:UY 076:BR 068:BO 604:PE 170:CO 591:PA 188:CR 558:NI 340:HN 222:SV 320:GT 084:BZ 862:VE 328:GY 740:SR 250:FR 218:EC 630:PR 388:JM 192:CU 716:ZW 072:BW 516:NA 686:SN 466:ML 478:MR 204:BJ 562:NE 566:NG 120:CM 768:TG 288:GH 384:CI 324:GN 624:GW 430:LR 694:SL 854:BF 140:CF 178:CG 266:GA 226:GQ 894:ZM 454:MW 508:MZ 748:SZ 024:AO 108:BI 376:IL 422:LB 450:MG 275:PS 270:GM 788:TN 012:DZ 400:JO 784:AE 634:QA 414:KW 368:IQ 512:OM 548:VU 116:KH 764:TH 418:LA 104:MM 704:VN 408:KP 410:KR 496:MN 356:IN 050:BD 064:BT 524:NP 586:PK 004:AF 762:TJ 417:KG 795:TM 364:IR 760:SY 051:AM 752:SE 112:BY 804:UA 616:PL 040:AT 348:HU 498:MD 642:RO 440:LT 428:LV 233:EE 276:DE 100:BG 300:GR 792:TR 008:AL 191:HR 756:CH 442:LU 056:BE 528:NL 620:PT 724:ES 372:IE 540:NC 090:SB 554:NZ 036:AU 144:LK 156:CN 158:TW 380:IT 208:DK 826:GB 352:IS 031:AZ 268:GE 608:PH 458:MY 096:BN 705:SI 246:FI 703:SK 203:CZ 232:ER 392:JP 600:PY 887:YE 682:SA 196:CY 504:MA 818:EG 434:LY 231:ET 262:DJ Somaliland:SO 800:UG 646:RW 070:BA 807:MK 688:RS 499:ME Kosovo:XK 780:TT 728:SS";

/** Those that are too small for the atlas, or for a finger: `code longitude latitude`. */
const DOTS =
  "FM 158.2 6.9,MH 171.2 7.1,MP 145.7 15.2,VI -64.8 17.7,GU 144.8 13.4,AS -170.7 -14.3,IO 72.4 -7.3,SH -5.7 -16,AI -63.1 18.2,KY -81.3 19.3,BM -64.8 32.3,VG -64.6 18.4,TC -71.7 21.8,MS -62.2 16.7,JE -2.1 49.2,GG -2.6 49.5,IM -4.5 54.2,TT -61.3 10.4,TO -175.2 -21.2,SG 103.8 1.4,SC 55.5 -4.7,ST 6.6 0.2,SM 12.5 43.9,WS -172.4 -13.6,VC -61.2 13.3,LC -61 13.9,KN -62.7 17.3,PW 134.6 7.5,NU -169.9 -19,CK -159.8 -21.2,AW -70 12.5,CW -69 12.2,NR 166.9 -0.5,MC 7.4 43.8,MU 57.6 -20.3,MT 14.4 35.9,MV 73.5 4.2,LU 6.1 49.8,LI 9.5 47.1,KI -157.4 1.9,GD -61.7 12.1,PM -56.3 46.9,WF -178.1 -14.3,PF -149.4 -17.7,DM -61.4 15.4,FO -6.9 62.2,KM 43.3 -11.7,MO 113.5 22.2,HK 114.1 22.4,CV -23.6 15.1,BB -59.6 13.2,BH 50.5 26,NF 167.9 -29.1,AG -61.8 17.1,AD 1.6 42.5,SX -63.1 18.1,AC -14.4 -7.9,BQ -68.3 12.2,GI -5.4 36.1,GP -61.5 16.2,MQ -61 14.6,RE 55.5 -21.1,TA -12.3 -37.1,TK -171.8 -9.2,TV 179.2 -8.5,YT 45.2 -12.8";

/** Whose shape a country of the atlas is. */
export const SHAPE_CODES: ReadonlyMap<string, string> = new Map(
  SHAPES.split(" ").map((entry): [string, string] => {
    const [id = "", code = ""] = entry.split(":");
    return [id, code];
  }),
);

/** Shapes whose part west of a longitude is another destination's: French Guiana is drawn with France. */
export const WESTERN_PARTS: ReadonlyMap<string, { readonly longitude: number; readonly code: string }> = new Map([
  ["FR", { longitude: -30, code: "GF" }],
]);

export interface Dot {
  readonly code: string;
  readonly longitude: number;
  readonly latitude: number;
}

export const DOT_PLACES: readonly Dot[] = DOTS.split(",").map((entry) => {
  const [code = "", longitude, latitude] = entry.split(" ");
  return { code, longitude: Number(longitude), latitude: Number(latitude) };
});
