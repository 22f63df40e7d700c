import { describe, expect, it } from "vitest";
import { settingsOf } from "./providers.ts";

describe("settings of a provider on the command line", () => {
  it("are what the kind's schema says: a sender of digits stays text", () => {
    expect(settingsOf("cm", ["from=12345", "timeoutMs=5000"])).toEqual({ from: "12345", timeoutMs: 5000 });
    expect(settingsOf("twilio", ["from=true", "unknown=1"])).toEqual({ from: "true", unknown: "1" });
  });

  it("are name=value", () => {
    expect(() => settingsOf("cm", ["from"])).toThrow('"from" is no setting');
  });
});
