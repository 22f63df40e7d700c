import { describe, expect, it } from "vitest";
import { DETECTION_MODES, type DetectionMode } from "./detection-settings.ts";
import { modeFor } from "./mode-for.ts";

const purposesOf = (otp: DetectionMode) => ({ otp, notification: "off", marketing: "off" }) as const;

describe("what detection may do with one message", () => {
  it("is what the account, the purpose and the destination all let it do", () => {
    for (const mode of DETECTION_MODES) {
      for (const otp of DETECTION_MODES) {
        const detection = { mode, purposes: purposesOf(otp) };
        const least = DETECTION_MODES.find((each) => each === mode || each === otp);
        expect(modeFor(detection, "otp", "filter")).toBe(least);
        expect(modeFor(detection, "otp", "monitor")).toBe(least === "enforce" ? "monitor" : least);
        expect(modeFor(detection, "otp", "allow")).toBe("off");
        expect(modeFor(detection, "marketing", "filter")).toBe("off");
      }
    }
  });
});
