import { fork } from "node:child_process";
import module from "node:module";
import { RUN_FILES, type RunProgress, type RunSummary, type RunTask, type RunWord } from "./run-task.ts";

/** How a run ended. */
export type RunEnd =
  | { readonly type: "done"; readonly summary: RunSummary }
  | { readonly type: "refused"; readonly message: string }
  /** Somebody ended it. */
  | { readonly type: "canceled" }
  /** Its process died: for want of memory, or by a fault of ours. `words`: its last ones, for the log. */
  | { readonly type: "died"; readonly words: string };

export interface ChildRun {
  readonly ended: Promise<RunEnd>;
  cancel(): void;
}

/** Of JavaScript's objects; what is beside them counts to the resident memory that the process looks at itself. */
const HEAP_MB = 1024;
/** The last words that are kept of a process that died. */
const WORDS = 4000;

/**
 * Runs a backtest in a process of its own, which goes behind everything else that this machine does, cannot take this
 * one's memory, and ends with it. `files`: by name, the open file's number here.
 */
export function runInChild(
  task: RunTask,
  files: Readonly<Record<keyof typeof RUN_FILES, number>>,
  onProgress: (progress: RunProgress) => void,
): ChildRun {
  const compileCache = module.getCompileCacheDir();
  const stdio: ("ignore" | "pipe" | "ipc" | number)[] = ["ignore", "ignore", "pipe", "ipc"];
  for (const name of Object.keys(RUN_FILES) as (keyof typeof RUN_FILES)[]) stdio[RUN_FILES[name]] = files[name];
  const child = fork(new URL("./run-child.ts", import.meta.url), {
    execArgv: [`--max-old-space-size=${HEAP_MB}`, "--max-semi-space-size=16"],
    // Nothing of this one's environment: its secrets stand there.
    env: {
      TMPDIR: task.scratchDirectory,
      ...(compileCache !== undefined && { NODE_COMPILE_CACHE: compileCache }),
    },
    stdio,
  });
  const { promise: ended, resolve } = Promise.withResolvers<RunEnd>();
  let end: RunEnd | undefined;
  let words = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    words = (words + chunk.toString("utf8")).slice(-WORDS);
  });
  child.on("message", (word: RunWord) => {
    if (word.type === "progress") onProgress(word.progress);
    else end ??= word;
  });
  child.once("error", (error) => {
    end ??= { type: "died", words: error.message };
    resolve(end);
  });
  child.once("close", (code, signal) => resolve(end ?? { type: "died", words: `${signal ?? code}: ${words}` }));
  child.send(task, (error) => {
    // (its end says why)
    if (error !== null) child.kill("SIGKILL");
  });
  return {
    ended,
    cancel() {
      end = { type: "canceled" };
      child.kill("SIGKILL");
    },
  };
}
