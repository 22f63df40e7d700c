/** A number or text as it can be spelt in a file: somebody who searches for it must find each. */
export function spellingsOf(text: string): readonly Buffer[] {
  const utf8 = Buffer.from(text, "utf8");
  const utf16 = Buffer.from(text, "utf16le");
  const swapped = Buffer.from(utf16).swap16();
  const escaped = [...text].map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`).join("");
  const hex = utf8.toString("hex");
  return [
    utf8,
    utf16,
    swapped,
    ...[escaped, escaped.toUpperCase().replaceAll("\\U", "\\u"), hex, hex.toUpperCase(), encodeURIComponent(text)].map(
      (spelt) => Buffer.from(spelt),
    ),
    ...base64Of(utf8),
  ];
}

/** What stands in base64 wherever the text begins: in three places against the groups of three, without the uncertain ends. */
function base64Of(text: Buffer): readonly Buffer[] {
  return [0, 1, 2].flatMap((before) => {
    const padded = Buffer.concat([Buffer.alloc(before), text]);
    const whole = padded.toString("base64").replace(/=+$/, "");
    // A letter that also depends on what stands before or behind is no part of what is looked for.
    const first = Math.ceil((before * 8) / 6);
    const last = Math.floor((padded.length * 8) / 6);
    const sure = whole.slice(first, last);
    return [Buffer.from(sure), Buffer.from(sure.replaceAll("+", "-").replaceAll("/", "_"))];
  });
}
