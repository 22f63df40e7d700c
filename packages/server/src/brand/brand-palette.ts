/** The console's own ten shades: every pair of them that text and ground are made of has a contrast of at least 4.5. */
export const OWN_SHADES = [
  ...["#e6f9fb", "#d1eff3", "#a1dde5", "#6dcad7", "#43bacb", "#1f9fb2", "#0b7285", "#075e6e", "#034b58", "#003842"],
] as const;

/** What stands behind text in the light and in the dark. */
const WHITE = "#ffffff";
const DARK_GROUND = "#242424";
/** Shades of buttons in the light and in the dark, and of links in the dark. */
const BUTTON_LIGHT = 6;
const BUTTON_DARK = 5;
const LINK_DARK = 4;

export interface BrandPalette {
  /** From the lightest to the darkest. */
  readonly shades: readonly string[];
  /** The colour was too light for white text, so the same hue is shown darker. */
  readonly adjusted: boolean;
  /** WCAG 2 contrast: of buttons and links with white, and of links with the dark ground. */
  readonly contrast: { readonly light: number; readonly dark: number };
}

/**
 * Ten shades of a colour. Each has the luminance of the console's own shade in its place, so that every contrast that holds
 * there holds here; the colour itself is kept as it is for the light where it is dark enough. `colour`: `#` and six hex digits.
 */
export function brandPalette(colour: string): BrandPalette {
  const ladder = OWN_SHADES.map(luminanceOf);
  const button = ladder[BUTTON_LIGHT] ?? 0;
  const own = luminanceOf(colour);
  const adjusted = own > button;
  const shades = ladder.map((luminance, place) => {
    if (place < BUTTON_DARK) return shadeOf(colour, luminance, "at least");
    if (place === BUTTON_DARK) return shadeOf(colour, button, "at most");
    if (place === BUTTON_LIGHT && !adjusted) return colour;
    return shadeOf(colour, adjusted ? luminance : (own * luminance) / button, "at most");
  });
  return {
    shades,
    adjusted,
    contrast: {
      light: contrastOf(shades[BUTTON_LIGHT] ?? colour, WHITE),
      dark: contrastOf(shades[LINK_DARK] ?? colour, DARK_GROUND),
    },
  };
}

/** Relative luminance (WCAG 2), 0 to 1. */
export function luminanceOf(colour: string): number {
  const [red = 0, green = 0, blue = 0] = channelsOf(colour).map((channel) =>
    channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4,
  );
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

export function contrastOf(one: string, other: string): number {
  const [lighter = 0, darker = 0] = [luminanceOf(one), luminanceOf(other)].sort((a, b) => b - a);
  return (lighter + 0.05) / (darker + 0.05);
}

const STEPS = 1_000;

/** The same hue and saturation, as near as possible to a luminance that is not missed on this side. */
function shadeOf(colour: string, luminance: number, side: "at least" | "at most"): string {
  const { hue, saturation } = hueOf(colour);
  let [low, high] = [0, STEPS];
  // (luminance rises with lightness)
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (luminanceOf(hexOf(hue, saturation, middle / STEPS)) <= luminance) low = middle;
    else high = middle;
  }
  return hexOf(hue, saturation, (side === "at most" ? low : high) / STEPS);
}

function channelsOf(colour: string): readonly number[] {
  return [1, 3, 5].map((place) => Number.parseInt(colour.slice(place, place + 2), 16) / 255);
}

function hueOf(colour: string): { readonly hue: number; readonly saturation: number } {
  const [red = 0, green = 0, blue = 0] = channelsOf(colour);
  const most = Math.max(red, green, blue);
  const least = Math.min(red, green, blue);
  const spread = most - least;
  if (spread === 0) return { hue: 0, saturation: 0 };
  const sixth =
    most === red
      ? ((green - blue) / spread + 6) % 6
      : most === green
        ? (blue - red) / spread + 2
        : (red - green) / spread + 4;
  return { hue: sixth * 60, saturation: spread / (1 - Math.abs(most + least - 1)) };
}

/** From hue (degrees), saturation and lightness. */
function hexOf(hue: number, saturation: number, lightness: number): string {
  const reach = saturation * Math.min(lightness, 1 - lightness);
  const channel = (offset: number): string => {
    const place = (offset + hue / 30) % 12;
    const value = lightness - reach * Math.max(-1, Math.min(place - 3, 9 - place, 1));
    return Math.round(Math.min(1, Math.max(0, value)) * 255)
      .toString(16)
      .padStart(2, "0");
  };
  return `#${channel(0)}${channel(8)}${channel(4)}`;
}
