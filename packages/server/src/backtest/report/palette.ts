/**
 * Colours by what they are for. Text has a contrast of at least 4.5 to `page` and `panel`, marks of pictures at least 3
 * (WCAG 2.2, 1.4.3 and 1.4.11); a test computes it. What a colour says, place or shape says too.
 */
export type Palette = Readonly<Record<"page" | "panel" | "text" | "quiet" | "line" | Mark, string>>;
export type Mark = "leaked" | "stopped" | "converted" | "verified" | "usual";

export const LIGHT: Palette = {
  page: "#ffffff",
  panel: "#f5f7f9",
  text: "#17212b",
  quiet: "#52606d",
  line: "#d5dbe1",
  leaked: "#c2410c",
  stopped: "#2456c7",
  converted: "#8a5a00",
  verified: "#0f7a55",
  usual: "#52606d",
};

export const DARK: Palette = {
  page: "#10151b",
  panel: "#19212a",
  text: "#e7ecf1",
  quiet: "#a4b1bd",
  line: "#36424e",
  leaked: "#ff9259",
  stopped: "#86aefc",
  converted: "#f0c14b",
  verified: "#4fd1a1",
  usual: "#a4b1bd",
};
