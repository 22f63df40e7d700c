import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";
import type { MasterKey } from "../master-key.ts";
import type { Store } from "../store.ts";
import { openPlace, type PlaceOfStore } from "./place-of-store.ts";
import { ACME } from "./sample-records.ts";

const program = fileURLToPath(new URL("./appending-process.ts", import.meta.url));

/** Runs the appending process to its end, and gives what it wrote. `whenOpen` is called when its store is open. */
export async function runAppending(
  place: PlaceOfStore,
  masterKey: MasterKey,
  whenOpen: (kill: () => void) => void,
  command: readonly [string, ...string[]] = [process.execPath],
): Promise<readonly string[]> {
  const [file, ...before] = command;
  const key = Buffer.from(masterKey).toString("hex");
  const words = [...before, program, JSON.stringify(place), key];
  const child = spawn(file, words, { stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(child, "exit");
  const lines: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    if (line === "open") whenOpen(() => child.kill("SIGKILL"));
    else lines.push(line);
  }
  await ended;
  return lines;
}

/** The record is without gaps, has all that was acknowledged, and the tables agree with it. Gives its length. */
export async function checkStore(store: Store, acknowledged: number): Promise<number> {
  let length = 0;
  let decided = 0;
  let ended = 0;
  for await (const { sequence, record } of store.journal.read(1)) {
    expect(sequence).toBe(++length);
    if (record.type === "message_decided") decided++;
    else ended++;
  }
  expect(length).toBe(store.journal.lastSequence);
  expect(length).toBeGreaterThanOrEqual(acknowledged);
  const [usage] = await store.usage.days([ACME], "2026-11-22", "2026-11-22");
  expect([usage?.decided ?? 0, usage?.billable ?? 0]).toEqual([decided, ended]);
  expect(await store.messages.unresolved(10_000)).toHaveLength(decided - ended);
  return length;
}

/** Kills the appending process in so many rounds, at random instants, and checks the store after each. */
export async function killOverAndOver(place: PlaceOfStore, masterKey: MasterKey, rounds: number): Promise<void> {
  let busy = 0;
  let length = 0;
  for (let round = 0; round < rounds; round++) {
    // The first rounds are killed at once, in opening and catching up; the later ones under way.
    const delay = round < 3 ? round * 2 : 30 + Math.random() * 250;
    const lines = await runAppending(place, masterKey, (kill) => setTimeout(kill, delay));
    const acknowledged = lines.map(Number);
    const store = await openPlace(place, masterKey);
    const before = length;
    length = await checkStore(store, Math.max(before, ...acknowledged));
    await store.close();
    if (acknowledged.length >= 20) busy++;
  }
  // A run in which hardly anything was appended would prove nothing.
  expect(busy).toBeGreaterThanOrEqual(rounds / 2);
}
