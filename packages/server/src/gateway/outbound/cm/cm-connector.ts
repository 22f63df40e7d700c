import { splitBaseUrl } from "../base-url.ts";
import type { Connector, Submission, SubmissionOutcome } from "../connector.ts";
import type { HttpExchange } from "../http-exchange.ts";
import { unanswered, untranslatable } from "../provider-words.ts";
import { cmMsg } from "./cm-msg.ts";
import { cmOutcomes } from "./cm-outcome.ts";
import type { CmSecrets, CmSettings } from "./cm-settings.ts";

/** Most `msg` that CM.com takes in one call. */
const MAX_BATCH = 1000;

/** CM.com's messaging gateway (JSON, v1.0), or anything that answers like it. A whole batch goes in one request. */
export function createCmConnector(
  id: string,
  settings: CmSettings,
  secrets: CmSecrets,
  exchange: HttpExchange,
): Connector {
  const { origin, prefix } = splitBaseUrl(settings.baseUrl);
  const path = `${prefix}/v1.0/message`;
  const headers = { "content-type": "application/json; charset=utf-8", accept: "application/json" };
  const hidden = [secrets.productToken];

  return {
    id,
    kind: "cm",
    maxBatch: MAX_BATCH,
    async submit(batch) {
      const written = batch.map((submission) => cmMsg(submission, settings));
      const sent: Submission[] = [];
      const msg: unknown[] = [];
      for (const [index, submission] of batch.entries()) {
        const own = written[index];
        if (own?.ok !== true) continue;
        sent.push(submission);
        msg.push(own.msg);
      }
      const outcomes = sent.length === 0 ? [] : await submitAll(sent, msg);
      let next = 0;
      return written.map((own): SubmissionOutcome => {
        if (!own.ok) return untranslatable(own.problem);
        const outcome = outcomes[next];
        next += 1;
        return outcome ?? { type: "in_doubt", cause: "answer_unexpected", text: "The provider's answer was lost." };
      });
    },
    close: () => Promise.resolve(),
  };

  async function submitAll(
    sent: readonly Submission[],
    msg: readonly unknown[],
  ): Promise<readonly SubmissionOutcome[]> {
    const body = JSON.stringify({ messages: { authentication: { productToken: secrets.productToken }, msg } });
    const { timeoutMs } = settings;
    const result = await exchange.send({ origin, path, method: "POST", headers, body, timeoutMs });
    if (result.type === "answered") return cmOutcomes(result, sent, hidden);
    const outcome = unanswered(result);
    return sent.map(() => outcome);
  }
}
