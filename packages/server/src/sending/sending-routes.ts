import { z } from "zod";
import type { RoutePlugin } from "../api/app.ts";
import { RESTORED_BY } from "../store/restored.ts";
import type { Store } from "../store/store.ts";
import { RESTORED_WORDS, type SendingHold } from "./sending-hold.ts";

export const sendingView = z
  .object({
    state: z.enum(["sending", "held"]).describe("`held`: what waited in a restored store is not sent."),
    restored: z
      .object({
        by: z.enum(RESTORED_BY),
        why: z.string(),
        since: z.string().describe("When it was seen."),
        messages: z.number().describe("That wait from before, to be submitted."),
        notices: z.number().describe("That wait from before: webhooks, status reports and alerts."),
      })
      .nullable(),
  })
  .meta({ id: "Sending" });
export type SendingView = z.infer<typeof sendingView>;

export const resumeBody = z
  .strictObject({ reason: z.string().min(1).max(500).describe("Why; stands in the audit trail.") })
  .meta({ id: "ResumeSending" });

export interface SendingRoutesDeps {
  readonly hold: SendingHold;
  readonly store: Pick<Store, "notices" | "waiting">;
}

/** `/v1/sending`: whether what waited in the store may be sent, and the word that it may. */
export function sendingRoutes({ hold, store }: SendingRoutesDeps): RoutePlugin {
  const config = { scope: "operator" } as const;
  const tags = ["Operation"];
  const view = async (): Promise<SendingView> => {
    const held = hold.held();
    if (held === undefined) return { state: "sending", restored: null };
    const { by, since, upTo } = held;
    const [all, later, notices] = await Promise.all([
      store.waiting.lanes(0),
      store.waiting.lanes(upTo),
      store.notices.countUpTo(upTo),
    ]);
    const messages = total(all) - total(later);
    const restored = { by, why: RESTORED_WORDS[by], since: new Date(since).toISOString(), messages, notices };
    return { state: "held", restored };
  };
  return async (app) => {
    app.get(
      "/v1/sending",
      { config, schema: { tags, summary: "Tell whether what waited may be sent", response: { 200: sendingView } } },
      view,
    );
    app.post(
      "/v1/sending/resume",
      {
        config,
        schema: {
          tags,
          summary: "Send what waited in a restored store",
          description:
            "Only when nothing else goes on from the same data: what was sent from there is sent again from here.",
          body: resumeBody,
          response: { 200: sendingView },
        },
      },
      async (request): Promise<SendingView> => {
        const { at, actor } = request.caller;
        await hold.resume({ at, actor, reason: request.body.reason });
        return view();
      },
    );
  };
}

function total(lanes: readonly { readonly count: number }[]): number {
  return lanes.reduce((sum, { count }) => sum + count, 0);
}
