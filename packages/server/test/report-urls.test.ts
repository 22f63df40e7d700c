import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startSafeguard, type TestSafeguard } from "./harness.ts";

describe("where an account's reports may go", () => {
  let safeguard: TestSafeguard;
  beforeAll(async () => {
    safeguard = await startSafeguard({ config: { allowPrivateCallbacks: false } });
  });
  afterAll(() => safeguard.stop());

  it.each(["http://127.0.0.1/hook", "http://169.254.169.254/latest", "https://[::1]/x", "https://localhost/x"])(
    "is never an address of our own network: %s",
    async (webhookUrl) => {
      const { status, body } = await safeguard.api("PATCH", `/v1/accounts/${safeguard.account.id}`, {
        reports: { webhookUrl },
      });
      expect(status).toBe(400);
      expect(body).toMatchObject({ problems: [{ field: "reports.webhookUrl" }] });
    },
  );

  it("is any public address, and its signing secret is shown once", async () => {
    const { status, body } = await safeguard.api("PATCH", `/v1/accounts/${safeguard.account.id}`, {
      reports: { webhookUrl: "https://example.com/hook" },
    });
    expect(status).toBe(200);
    expect(JSON.stringify(body)).toContain("whsec_");
  });
});
