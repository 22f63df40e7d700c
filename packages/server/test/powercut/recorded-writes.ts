import { spawnSync } from "node:child_process";
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { environmentFor, nodeOptionsFor, type PlantName } from "../planted-fault.ts";

/** What the process did to its folder, in the order in which the kernel had done it. Names are within the folder. */
export type RecordedStep =
  | { readonly type: "write"; readonly file: string; readonly offset: number; readonly bytes: Buffer }
  | { readonly type: "truncate"; readonly file: string; readonly length: number }
  | { readonly type: "sync"; readonly file: string }
  /** Of the folder: names made, renamed and removed before it are there to stay. */
  | { readonly type: "sync names" }
  | { readonly type: "create" | "remove"; readonly file: string }
  | { readonly type: "rename"; readonly file: string; readonly to: string }
  /** It said that so much is durable. */
  | { readonly type: "acknowledged"; readonly what: "journal" | "file"; readonly number: number };

const PROGRAM = fileURLToPath(new URL("./writing-process.ts", import.meta.url));
const CALLS =
  "open,openat,creat,write,pwrite64,writev,pwritev,fsync,fdatasync,ftruncate,unlink,unlinkat,rename,renameat,renameat2,mkdir,lseek,close,dup,dup2,dup3,fallocate,sync_file_range";

/** Is strace there, and allowed to trace? Undefined: yes. */
export function whyNoStrace(): string | undefined {
  const { status, error } = spawnSync("strace", ["-f", "-o", "/dev/null", "true"]);
  if (error !== undefined) return "strace is not installed (apt-get install strace)";
  return status === 0 ? undefined : "strace is not allowed to trace here";
}

/** Runs the writing process under strace in an empty folder, and reads what it did. */
export async function recordWrites(
  directory: string,
  messages: number,
  plant: PlantName | undefined,
): Promise<readonly RecordedStep[]> {
  const log = `${directory}.strace`;
  const words = ["-f", "-y", "-xx", "-s", "16777216", "-e", `trace=${CALLS}`, "-e", "signal=none", "-o", log];
  const program = [process.execPath, ...nodeOptionsFor(plant), PROGRAM, directory, String(messages)];
  const { signal, stderr } = spawnSync("strace", [...words, ...program], {
    encoding: "utf8",
    env: { ...process.env, ...environmentFor(plant) },
    maxBuffer: 1 << 28,
  });
  if (signal !== "SIGKILL") throw new Error(`the writing process did not come to its end: ${stderr}`);
  return readLog(log, directory);
}

async function readLog(log: string, directory: string): Promise<readonly RecordedStep[]> {
  const steps: RecordedStep[] = [];
  /** Calls that had not returned when another thread's line came between. */
  const begun = new Map<string, string>();
  const known = new Set<string>();
  for await (const line of createInterface({ input: createReadStream(log) })) {
    const [, thread = "", text = ""] = /^(\d+) +(.*)$/s.exec(line) ?? [];
    const unfinished = text.indexOf(" <unfinished ...>");
    if (unfinished >= 0) {
      begun.set(thread, text.slice(0, unfinished));
      continue;
    }
    const resumed = /^<\.\.\. \w+ resumed>/.exec(text);
    const call = resumed === null ? text : (begun.get(thread) ?? "") + text.slice(resumed[0].length);
    const step = readCall(call, directory);
    if (step === undefined) continue;
    if (step.type === "create") {
      if (known.has(step.file)) continue;
      known.add(step.file);
    }
    if (step.type === "remove") known.delete(step.file);
    if (step.type === "rename") {
      known.delete(step.file);
      known.add(step.to);
    }
    steps.push(step);
  }
  return steps;
}

/** One finished call; undefined: it failed, or does nothing to the folder. Throws where it does what is not understood. */
function readCall(call: string, directory: string): RecordedStep | undefined {
  const [, name = "", parameters = "", result = ""] = /^(\w+)\((.*)\) += (-?\d+)/s.exec(call) ?? [];
  if (name === "" || result.startsWith("-")) return undefined;
  const descriptor = pathOfDescriptor(parameters);
  const file = nameIn(directory, descriptor);
  switch (name) {
    case "write":
      if (parameters.startsWith("1<")) return acknowledgement(parameters);
      if (file === undefined) return undefined;
      // (files that are written from their start to their end, such as sealed ones: no offset is told)
      return { type: "write", file, offset: -1, bytes: bytesIn(parameters, result) };
    case "pwrite64":
      if (file === undefined) return undefined;
      return {
        type: "write",
        file,
        offset: Number(/, (\d+)$/.exec(parameters)?.[1]),
        bytes: bytesIn(parameters, result),
      };
    case "ftruncate":
      return file === undefined
        ? undefined
        : { type: "truncate", file, length: Number(/, (\d+)$/.exec(parameters)?.[1]) };
    case "fsync":
    case "fdatasync":
      if (descriptor === directory) return { type: "sync names" };
      return file === undefined ? undefined : { type: "sync", file };
    case "open":
    case "openat": {
      const made = /O_CREAT/.test(parameters) ? pathsIn(parameters, directory)[0] : undefined;
      return made === undefined ? undefined : { type: "create", file: made };
    }
    case "unlink":
    case "unlinkat": {
      const [gone] = pathsIn(parameters, directory);
      return gone === undefined ? undefined : { type: "remove", file: gone };
    }
    case "rename":
    case "renameat":
    case "renameat2": {
      const [from, to] = pathsIn(parameters, directory);
      return from === undefined || to === undefined ? undefined : { type: "rename", file: from, to };
    }
    case "creat":
    case "writev":
    case "pwritev":
    case "fallocate":
      if (file !== undefined) throw new Error(`the recording has a ${name} of ${file}, which is not understood`);
      return undefined;
    default:
      return undefined;
  }
}

function acknowledgement(parameters: string): RecordedStep | undefined {
  const [, what, number] = /^(journal|file) (\d+)\n$/.exec(bytesIn(parameters, undefined).toString()) ?? [];
  if (what !== "journal" && what !== "file") return undefined;
  return { type: "acknowledged", what, number: Number(number) };
}

/** The text of a call that strace wrote as `"\x6a\x6f…"`. */
function bytesIn(parameters: string, written: string | undefined): Buffer {
  const start = parameters.indexOf('"') + 1;
  const bytes = Buffer.from(parameters.slice(start, parameters.lastIndexOf('"')).replaceAll("\\x", ""), "hex");
  return written === undefined ? bytes : bytes.subarray(0, Number(written));
}

function pathsIn(parameters: string, directory: string): readonly (string | undefined)[] {
  return [...parameters.matchAll(/"((?:\\x[0-9a-f]{2})*)"/g)].map(([, hex = ""]) =>
    nameIn(directory, Buffer.from(hex.replaceAll("\\x", ""), "hex").toString()),
  );
}

/** `-y` writes the path of a descriptor beside it, `-xx` in hexadecimal. */
function pathOfDescriptor(parameters: string): string | undefined {
  const written = /^\d+<([^>]*)>/.exec(parameters)?.[1];
  return written?.startsWith("\\x") ? Buffer.from(written.replaceAll("\\x", ""), "hex").toString() : written;
}

function nameIn(directory: string, path: string | undefined): string | undefined {
  const name = path?.startsWith(`${directory}/`) ? path.slice(directory.length + 1) : undefined;
  // The lock and the index of the write-ahead log are for running processes, and mean nothing after a power cut.
  return name === undefined || name.startsWith("lock.") || name.endsWith("-shm") ? undefined : name;
}
