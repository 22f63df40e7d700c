import type { EpochMilliseconds, Verdict } from "@safeguard/core";
import { describe, expect, it } from "vitest";
import { ACCEPTED, AT, outgoingMessage, screeningBench, scriptedConnector } from "./testing/screening-bench.ts";
import { ALLOW, CHALLENGE, HOLD } from "./testing/verdicts.ts";

/** Held until a moment from now; what comes after is decided as listed. */
function held(...after: readonly Verdict[]) {
  const verdicts = [{ ...HOLD, until: (AT + 5) as EpochMilliseconds } as Verdict, ...after].values();
  const asked: { readonly at: number; readonly heldSince: number | undefined }[] = [];
  const bench = screeningBench({
    decide({ at, heldSince }) {
      asked.push({ at, heldSince });
      return verdicts.next().value ?? ALLOW;
    },
    connectors: [scriptedConnector("p", () => ACCEPTED)],
    mostHeld: 1,
  });
  return { ...bench, asked };
}

const types = (bench: ReturnType<typeof held>) =>
  bench.events.flatMap((event) => (event.type === "appended" ? event.records.map(({ type }) => type) : []));

describe("a held message", () => {
  it("waits, is decided again as one that waited, and goes out once", async () => {
    const again = { ...HOLD, until: (AT + 8) as EpochMilliseconds } as Verdict;
    const bench = held(again, ALLOW);
    const [result] = await bench.screening.send([outgoingMessage()]);
    expect(result).toMatchObject({ type: "submitted", verdict: { action: "allow" }, outcome: { type: "accepted" } });
    expect(bench.asked).toMatchObject([{ heldSince: undefined }, { heldSince: AT }, { heldSince: AT }]);
    expect(types(bench)).toEqual(["message_decided", "message_held", "submission_intended", "submission_ended"]);
    expect(bench.recorded("message_decided")[0]?.answer).toBeUndefined();
    expect(bench.submitted()).toHaveLength(1);
  });

  it("that is stopped in the end is told as one that was stopped at once", async () => {
    const bench = held(CHALLENGE);
    const [result] = await bench.screening.send([outgoingMessage()]);
    expect(result).toMatchObject({ type: "stopped", verdict: { action: "challenge" } });
    expect(types(bench)).toEqual(["message_decided", "message_stopped"]);
    expect(bench.submitted()).toEqual([]);
  });

  it("is told to come again when the gateway closes, and when too many wait already", async () => {
    const bench = screeningBench({
      decide: () => ({ ...HOLD, until: (AT + 60_000) as EpochMilliseconds }),
      mostHeld: 1,
    });
    const first = bench.screening.send([outgoingMessage()]);
    const [second] = await bench.screening.send([outgoingMessage()]);
    expect(second).toMatchObject({ type: "stopped", verdict: { action: "hold" }, answer: "reject" });
    bench.held.close();
    expect(await first).toMatchObject([{ type: "stopped", verdict: { action: "hold" }, answer: "reject" }]);
    expect(bench.submitted()).toEqual([]);
  });
});
