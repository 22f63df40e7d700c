import {
  Badge,
  createTheme,
  Drawer,
  type MantineColorsTuple,
  type MantineThemeOverride,
  Modal,
  NavLink,
} from "@mantine/core";

/** From the lightest to the darkest; 6 has a contrast of 5.2 on white, and is the same in the dark: 5 would have too little behind white. */
const sea: MantineColorsTuple = [
  "#e6f9fb",
  "#d1eff3",
  "#a1dde5",
  "#6dcad7",
  "#43bacb",
  "#1f9fb2",
  "#0b7285",
  "#075e6e",
  "#034b58",
  "#003842",
];

/** In the colour of the brand that is shown: ten shades, from the lightest to the darkest; undefined: the product's own. */
export function themeWith(shades: readonly string[] | undefined): MantineThemeOverride {
  if (shades === undefined) return theme;
  const [first = "", ...rest] = shades;
  // The fifth is the button in the dark, where a brand's own colour may be too dark to be seen.
  return {
    ...theme,
    primaryShade: { light: 6, dark: 5 },
    colors: { sea: [first, ...rest] as unknown as MantineColorsTuple },
  };
}

const theme = createTheme({
  primaryColor: "sea",
  primaryShade: 6,
  colors: { sea },
  autoContrast: true,
  luminanceThreshold: 0.32,
  fontFamily: "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif",
  fontFamilyMonospace: "ui-monospace, SFMono-Regular, Menlo, Consolas, monospace",
  defaultRadius: "md",
  cursorType: "pointer",
  respectReducedMotion: true,
  components: {
    // (the head of a dialog is no banner of the page)
    Modal: Modal.extend({ defaultProps: { attributes: { header: { role: "presentation" } } } }),
    // (capitals are longer, and shout; what a badge says is never cut off)
    Badge: Badge.extend({ defaultProps: { tt: "none", miw: "max-content" } }),
    NavLink: NavLink.extend({ defaultProps: { bdrs: "md" } }),
    Drawer: Drawer.extend({ defaultProps: { attributes: { header: { role: "presentation" } } } }),
  },
});
