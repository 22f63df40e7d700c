import { reportUrl } from "../../src/gateway/feedback/callback-url.ts";
import type { JournalRecord } from "../../src/store/journal-record.ts";
import { startSafeguard } from "../harness.ts";
import { CM_PRODUCT_TOKEN, startCmProvider } from "../stand-in/cm-provider.ts";
import { type RecordingServer, startRecordingServer } from "../stand-in/recording-server.ts";

export interface SceneOptions {
  readonly answer: "reject" | "report";
  readonly alwaysOk?: boolean;
}

/** The real product between a CM.com client and a CM.com provider: only the Netherlands are allowed. */
export interface CmScene {
  readonly url: string;
  /** Product token of a live key. */
  readonly token: string;
  /** CM.com's gateway, upstream. */
  readonly provider: RecordingServer;
  /** The customer's URL for status reports. */
  readonly reports: RecordingServer;
  /** Where the provider delivers its own status reports. */
  providerReportUrl(): Promise<string>;
  /** What the journal holds of this type. */
  recorded(type: JournalRecord["type"]): Promise<readonly JournalRecord[]>;
  close(): Promise<void>;
}

export async function openScene({ answer, alwaysOk = false }: SceneOptions): Promise<CmScene> {
  const provider = await startCmProvider();
  const reports = await startRecordingServer(() => ({ status: 200, body: "" }));
  const safeguard = await startSafeguard({ countries: ["NL"] });
  await safeguard.routeTo({
    id: "upstream",
    kind: "cm",
    settings: { baseUrl: provider.url },
    secrets: { productToken: CM_PRODUCT_TOKEN },
  });
  const changed = await safeguard.operator("PATCH", `/v1/accounts/${safeguard.account.id}`, {
    answers: { cm: { destination: answer, limit: answer, detection: answer, alwaysOk } },
    reports: { cmUrl: `${reports.url}/reports` },
  });
  if (changed.status !== 200) throw new Error(`the account was not changed: ${JSON.stringify(changed.body)}`);
  const { store } = safeguard.safeguard;
  return {
    url: safeguard.url,
    token: safeguard.liveKey.productToken,
    provider,
    reports,
    async providerReportUrl() {
      const upstream = (await store.providers.all()).find((candidate) => candidate.id === "upstream");
      if (upstream === undefined) throw new Error("the provider is not kept");
      return reportUrl(upstream, safeguard.url);
    },
    async recorded(type) {
      const records: JournalRecord[] = [];
      for await (const { record } of store.journal.read(1)) if (record.type === type) records.push(record);
      return records;
    },
    async close() {
      await safeguard.stop();
      await provider.close();
      await reports.close();
    },
  };
}
