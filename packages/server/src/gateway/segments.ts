/** Characters of the GSM 03.38 default alphabet, one septet each (3GPP TS 23.038 §6.2.1). */
const DEFAULT_ALPHABET =
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?" +
  "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";

/** Characters of its extension table: an escape and a septet (§6.2.1.1). */
const EXTENSION_TABLE = "\f^{}\\[~]|€";

/** Septets by UTF-16 unit; 0: not in the alphabet. The euro sign is the last character that has any. */
const SEPTETS = new Uint8Array("€".charCodeAt(0) + 1);
for (const character of DEFAULT_ALPHABET) SEPTETS[character.charCodeAt(0)] = 1;
for (const character of EXTENSION_TABLE) SEPTETS[character.charCodeAt(0)] = 2;

/** Room in a single SMS and in each part of a long one, which spends 6 octets on the concatenation header. */
const GSM = { single: 160, part: 153 };
const UCS2 = { single: 70, part: 67 };

/**
 * How many SMS a text becomes: at least 1. In the GSM alphabet when all its characters are there, else in UCS-2.
 * A part ends before an escape pair or a surrogate pair that would not fit whole. (CM.com's pages speak of 66 Unicode
 * characters in a part; 67 is what the 6-octet header leaves.)
 */
export function countSegments(text: string): number {
  let septets = 0;
  for (let index = 0; index < text.length; index++) {
    const cost = SEPTETS[text.charCodeAt(index)];
    if (cost === undefined || cost === 0) return countUcs2(text);
    septets += cost;
  }
  if (septets <= GSM.single) return 1;
  let parts = 1;
  let used = 0;
  for (let index = 0; index < text.length; index++) {
    const cost = SEPTETS[text.charCodeAt(index)] ?? 1;
    if (used + cost > GSM.part) {
      parts++;
      used = 0;
    }
    used += cost;
  }
  return parts;
}

function countUcs2(text: string): number {
  if (text.length <= UCS2.single) return 1;
  let parts = 1;
  let used = 0;
  for (let index = 0; index < text.length; ) {
    const cost = (text.codePointAt(index) ?? 0) > 0xffff ? 2 : 1;
    if (used + cost > UCS2.part) {
      parts++;
      used = 0;
    }
    used += cost;
    index += cost;
  }
  return parts;
}
