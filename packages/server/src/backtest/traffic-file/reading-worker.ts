import { parentPort, workerData } from "node:worker_threads";
import { byteSourceOf } from "./byte-source.ts";
import type { ReadingAnswer, ReadingAsk, ReadingTask, ReadingWord } from "./reading-call.ts";
import type { RowBlock } from "./row-block.ts";
import { TrafficReader } from "./traffic-reader.ts";
import { TrafficUnreadable } from "./traffic-unreadable.ts";

// The reading thread: see ReadingThread. What is no TrafficUnreadable is a fault, and ends it.

const port = parentPort;
if (port === null) throw new Error("reading-worker.ts runs in a thread of its own");
const { fd, name, options } = workerData as ReadingTask;
const say = (word: ReadingWord, moved: readonly ArrayBufferLike[] = []): void =>
  port.postMessage(word, moved as ArrayBuffer[]);
const source = byteSourceOf(fd, name, undefined, options.mostUnpacked);
const reader = new TrafficReader(source, name, options, (progress) => say({ type: "progress", progress }));
let blocks: AsyncGenerator<RowBlock, void, undefined> | undefined;

port.on("message", (ask: ReadingAsk) => {
  void answer(ask).then((answered) => {
    if (answered.type !== "block") return say(answered);
    const { bytes, values, places } = answered.block;
    say(answered, [bytes.buffer, values.buffer, places.buffer]);
  });
});

async function answer(ask: ReadingAsk): Promise<ReadingAnswer> {
  try {
    if (ask === "survey") return { type: "surveyed", surveyed: await reader.survey() };
    if (ask === "first") blocks = reader.blocks();
    // (a generator answers in the order in which it is asked)
    const next = ask === "stop" ? await blocks?.return() : await blocks?.next();
    return next === undefined || next.done === true ? { type: "end" } : { type: "block", block: next.value };
  } catch (error) {
    if (error instanceof TrafficUnreadable) return { type: "unreadable", code: error.code, message: error.message };
    throw error;
  }
}
