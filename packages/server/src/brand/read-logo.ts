import { hash } from "node:crypto";
import type { Logo } from "./brand.ts";

export const LARGEST_LOGO = 65_536;
/** In pixels, each way: a small file can be a picture that fills the memory of who looks at it. */
const WIDEST_LOGO = 1_024;

export type ReadLogo = { readonly ok: true; readonly logo: Logo } | { readonly ok: false; readonly message: string };

/**
 * A logo, by its bytes: what the sender says it is does not matter. PNG (W3C PNG, signature and IHDR) or WebP (RIFF container
 * with a VP8, VP8L or VP8X chunk); never SVG, which can hold scripts.
 */
export function readLogo(base64: string): ReadLogo {
  const bytes = Buffer.from(base64, "base64");
  if (bytes.toString("base64") !== base64) return refused("must be base64, with its padding and without line breaks");
  if (bytes.length > LARGEST_LOGO) return refused(`must have at most ${LARGEST_LOGO} bytes; it has ${bytes.length}`);
  const found = pngSize(bytes) ?? webpSize(bytes);
  if (found === undefined) return refused("must be a PNG or WebP picture (SVG is not taken: it can hold scripts)");
  const { type, width, height } = found;
  if (width < 1 || height < 1 || width > WIDEST_LOGO || height > WIDEST_LOGO) {
    return refused(`must be at most ${WIDEST_LOGO} pixels wide and high; it has ${width} × ${height}`);
  }
  return { ok: true, logo: { type, sha256: hash("sha256", bytes, "hex"), base64 } };
}

function refused(message: string): ReadLogo {
  return { ok: false, message };
}

interface Picture {
  readonly type: Logo["type"];
  readonly width: number;
  readonly height: number;
}

const PNG_SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

function pngSize(bytes: Buffer): Picture | undefined {
  const isPng = bytes.length >= 33 && bytes.subarray(0, 8).equals(PNG_SIGNATURE);
  if (!isPng || bytes.readUInt32BE(8) !== 13 || bytes.toString("latin1", 12, 16) !== "IHDR") return undefined;
  return { type: "image/png", width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
}

function webpSize(bytes: Buffer): Picture | undefined {
  if (bytes.length < 30 || bytes.toString("latin1", 0, 4) !== "RIFF") return undefined;
  if (bytes.toString("latin1", 8, 12) !== "WEBP" || bytes.readUInt32LE(4) + 8 !== bytes.length) return undefined;
  const type = "image/webp";
  switch (bytes.toString("latin1", 12, 16)) {
    case "VP8X":
      return { type, width: bytes.readUIntLE(24, 3) + 1, height: bytes.readUIntLE(27, 3) + 1 };
    case "VP8L": {
      if (bytes[20] !== 0x2f) return undefined;
      const packed = bytes.readUInt32LE(21);
      return { type, width: (packed & 0x3fff) + 1, height: ((packed >>> 14) & 0x3fff) + 1 };
    }
    case "VP8 ": {
      if (bytes.readUIntBE(23, 3) !== 0x9d012a) return undefined;
      return { type, width: bytes.readUInt16LE(26) & 0x3fff, height: bytes.readUInt16LE(28) & 0x3fff };
    }
    default:
      return undefined;
  }
}
