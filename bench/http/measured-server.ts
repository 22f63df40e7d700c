import { type ChildProcess, fork } from "node:child_process";

/** What a measured server process says about itself. */
export interface ServerReport {
  /** User and system time of the whole process, all threads, in microseconds. */
  readonly cpuMicros: number;
  readonly residentBytes: number;
}

/** In a server process: tell the bench where it listens, and answer its questions about CPU time. */
export function serveMeasured(port: number, extra: Readonly<Record<string, string>> = {}): void {
  process.on("message", (message) => {
    if (message !== "report") return;
    const { user, system } = process.cpuUsage();
    process.send?.({ cpuMicros: user + system, residentBytes: process.memoryUsage.rss() } satisfies ServerReport);
  });
  process.on("disconnect", () => process.exit(0));
  process.send?.({ port, extra });
}

/** A server in a process of its own, so that only its own CPU time is counted. */
export interface MeasuredServer {
  readonly port: number;
  readonly extra: Readonly<Record<string, string>>;
  report(): Promise<ServerReport>;
  stop(): void;
}

export async function startMeasured(
  file: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<MeasuredServer> {
  const child = fork(new URL(file, import.meta.url), {
    env: { ...process.env, ...environment },
    stdio: "inherit",
  });
  const { port, extra } = await nextMessage<{ port: number; extra: Record<string, string> }>(child);
  return {
    port,
    extra,
    report() {
      const answer = nextMessage<ServerReport>(child);
      child.send("report");
      return answer;
    },
    stop: () => child.disconnect(),
  };
}

function nextMessage<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    const exited = (code: number | null): void => reject(new Error(`the server process ended with ${code}`));
    child.once("exit", exited);
    child.once("message", (message) => {
      child.off("exit", exited);
      resolve(message as T);
    });
  });
}
