/** What a logo may have, in bytes. */
export const LARGEST_LOGO = 65_536;

/** A file as the API takes a logo: its bytes in base64. */
export async function base64Of(file: Blob): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}
