import type { AlertSettings } from "@safeguard/client";
import { expect, test } from "vitest";
import { draftOf, freeName, settingsOf } from "./settings-draft.ts";

const settings: AlertSettings = {
  account: "acc_1",
  channels: [
    { id: "ops", type: "webhook", url: "https://example.com/a", to: [], urgentOnly: false, pausedSince: null },
    { id: "chat", type: "slack", url: null, to: [], urgentOnly: true, pausedSince: null },
    { id: "mail", type: "email", url: null, to: ["a@example.com"], urgentOnly: false, pausedSince: null },
  ],
  muted: ["ceiling_near"],
  minimumPerHour: { amount: "25", currency: "EUR" },
  quiet: { from: "22:00", until: "07:00", timeZone: "Europe/Amsterdam" },
  repeatAfterMinutes: 60,
  digestAt: null,
  mail: true,
};

test("what is read and saved unchanged stays as it is, and a chat keeps its secret address", () => {
  expect(settingsOf(draftOf(settings))).toEqual({
    channels: [
      { id: "ops", type: "webhook", url: "https://example.com/a", urgentOnly: false },
      { id: "chat", type: "slack", urgentOnly: true },
      { id: "mail", type: "email", to: ["a@example.com"], urgentOnly: false },
    ],
    muted: ["ceiling_near"],
    minimumPerHour: "25",
    quiet: settings.quiet,
    repeatAfterMinutes: 60,
    digestAt: null,
  });
});

test("an amount is taken with a comma, and emptied it is none", () => {
  const draft = draftOf(settings);
  expect(settingsOf({ ...draft, minimumPerHour: " 0,50 " }).minimumPerHour).toBe("0.50");
  expect(settingsOf({ ...draft, minimumPerHour: "" }).minimumPerHour).toBeNull();
});

test("a new channel gets a name that is free", () => {
  expect(freeName("slack", [])).toBe("slack");
  expect(freeName("slack", ["slack", "slack-2"])).toBe("slack-3");
});
