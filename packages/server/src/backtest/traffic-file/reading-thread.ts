import { Worker } from "node:worker_threads";
import type { ReadingAnswer, ReadingAsk, ReadingTask, ReadingWord } from "./reading-call.ts";
import type { RowBlock } from "./row-block.ts";
import type { Surveyed, TrafficProgress, TrafficReading } from "./traffic-reader.ts";
import { TrafficUnreadable } from "./traffic-unreadable.ts";

/** Blocks that are read ahead. */
const AHEAD = 4;
/** It makes little garbage, and V8 would let that grow. */
const YOUNG_SPACE_MB = 4;

/** A {@link TrafficReader} in a thread of its own: it reads on while this one decides. The file stays open until it is closed. */
export class ReadingThread implements TrafficReading {
  readonly #worker: Worker;
  /** In the order in which they were asked, which is that of the answers. */
  readonly #waiting: PromiseWithResolvers<ReadingAnswer>[] = [];
  #gone: Error | undefined;

  constructor(task: ReadingTask, progress: (progress: TrafficProgress) => void) {
    this.#worker = new Worker(new URL("./reading-worker.ts", import.meta.url), {
      workerData: task,
      name: "traffic file",
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_SPACE_MB },
    });
    this.#worker.on("message", (word: ReadingWord) => {
      if (word.type === "progress") progress(word.progress);
      else this.#waiting.shift()?.resolve(word);
    });
    this.#worker.on("error", (error: Error) => this.#end(error));
    this.#worker.on("exit", () => this.#end(new ReadingThreadEnded()));
  }

  async survey(): Promise<Surveyed> {
    const answer = await this.#ask("survey");
    if (answer.type !== "surveyed") throw faultOf(answer);
    return answer.surveyed;
  }

  async *blocks(): AsyncGenerator<RowBlock, void, undefined> {
    const ahead = [this.#ask("first")];
    while (ahead.length < AHEAD) ahead.push(this.#ask("next"));
    try {
      for (let next = ahead.shift(); next !== undefined; next = ahead.shift()) {
        const answer = await next;
        if (answer.type === "end") return;
        if (answer.type !== "block") throw faultOf(answer);
        ahead.push(this.#ask("next"));
        const { bytes, ...rest } = answer.block;
        yield { bytes: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), ...rest };
      }
    } finally {
      ahead.push(this.#ask("stop"));
      await Promise.allSettled(ahead);
    }
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  #ask(ask: ReadingAsk): Promise<ReadingAnswer> {
    const asked = Promise.withResolvers<ReadingAnswer>();
    // What nobody waits for any more fails unheard.
    asked.promise.catch(() => undefined);
    if (this.#gone !== undefined) asked.reject(this.#gone);
    else {
      this.#waiting.push(asked);
      this.#worker.postMessage(ask);
    }
    return asked.promise;
  }

  #end(error: Error): void {
    this.#gone ??= error;
    for (const { reject } of this.#waiting.splice(0)) reject(this.#gone);
  }
}

function faultOf(answer: ReadingAnswer): Error {
  if (answer.type === "unreadable") return new TrafficUnreadable(answer.code, answer.message);
  return new Error(`the reading thread answered ${answer.type} to what it was not asked`);
}

/** The thread is no more, though it was still needed. */
export class ReadingThreadEnded extends Error {
  override readonly name = "ReadingThreadEnded";
  readonly code = "reading_thread_ended";

  constructor() {
    super("the thread that reads the traffic file has ended before its time");
  }
}
