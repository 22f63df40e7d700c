import { z } from "../shared/zod.ts";

export const BACKTEST = "/backtest";

/** In the page's address: which backtest, and which of its attacks (from 1, as they are listed) is looked at. */
export const backtestSearch = z.object({
  run: z.string().max(60).optional().catch(undefined),
  attack: z.int().min(1).optional().catch(undefined),
});
