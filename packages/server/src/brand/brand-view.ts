import { z } from "zod";
import type { Brand } from "./brand.ts";
import { brandPalette } from "./brand-palette.ts";

export const brandView = z
  .object({
    name: z.string().nullable().describe("In the place of the product's. null: the product's own."),
    colour: z.string().nullable().describe("As it was chosen."),
    logo: z.string().nullable().describe("Path of the picture on this server."),
    palette: z
      .object({
        shades: z.array(z.string()).describe("Ten, from the lightest to the darkest; what the console shows."),
        adjusted: z.boolean().describe("The colour is too light for white text: the same hue is shown darker."),
        contrast: z.object({ light: z.number(), dark: z.number() }).describe("With white, and with the dark ground."),
      })
      .nullable(),
  })
  .meta({ id: "Brand" });

export const LOGO_PATH = "/v1/brand/logos";

export function viewOfBrand({ name, colour, logo }: Brand): z.infer<typeof brandView> {
  const palette = colour === undefined ? undefined : brandPalette(colour);
  const rounded = (value: number): number => Math.floor(value * 100) / 100;
  return {
    name: name ?? null,
    colour: colour ?? null,
    logo: logo === undefined ? null : `${LOGO_PATH}/${logo.sha256}.${logo.type.slice("image/".length)}`,
    palette:
      palette === undefined
        ? null
        : {
            shades: [...palette.shades],
            adjusted: palette.adjusted,
            contrast: { light: rounded(palette.contrast.light), dark: rounded(palette.contrast.dark) },
          },
  };
}
