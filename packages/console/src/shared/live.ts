/** How often pages that show what happens now look again. */
export const LIVE_MS = 5_000;
