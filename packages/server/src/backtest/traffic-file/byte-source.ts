import { fstatSync, read, readSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { Readable } from "node:stream";
import { finished } from "node:stream/promises";
import { promisify } from "node:util";
import { createGunzip } from "node:zlib";
import { ScratchFile } from "./scratch-file.ts";
import { TrafficUnreadable } from "./traffic-unreadable.ts";

/** The unpacked bytes of a file, once from its beginning to its end. */
export interface BytePass {
  /** Puts bytes into `into` from `at` on; says how many, 0 at the end. */
  read(into: Uint8Array, at: number): Promise<number>;
  /** Bytes of the file (packed, where it is packed) that were read so far. */
  readonly consumed: number;
  close(): Promise<void>;
}

/** A file that can be read from its beginning as often as needed. */
export interface ByteSource {
  readonly fd: number;
  /** Bytes of the file, packed where it is packed, as it was when it was opened. */
  readonly size: number;
  readonly gzip: boolean;
  /** Its first bytes as they stand in the file, up to 8. */
  readonly magic: Uint8Array;
  pass(): BytePass;
  close(): Promise<void>;
}

export interface SourceOptions {
  /** What `-` means. Default: the standard input of the process. */
  readonly standardInput?: Readable;
  /** Where temporary files go. Default: the system's place for them. */
  readonly scratchDirectory?: string;
  /** Bytes copied so far of a source that can be read only once. */
  readonly copied?: (bytes: number) => void;
}

/** Opens a path, or `-`. What can be read only once (standard input, a pipe) is copied to a scratch file first. */
export async function openByteSource(path: string, options: SourceOptions = {}): Promise<ByteSource> {
  if (path === "-") return await copyOf(options.standardInput ?? process.stdin, "standard input", options);
  const handle = await openFile(path);
  try {
    const status = await handle.stat();
    if (status.isDirectory()) {
      throw new TrafficUnreadable("directory", `${path} is a directory; name one file in it`);
    }
    if (status.isFile()) return byteSourceOf(handle.fd, path, () => handle.close());
  } catch (error) {
    await handle.close();
    throw error;
  }
  return await copyOf(handle.createReadStream(), path, options);
}

async function openFile(path: string): Promise<FileHandle> {
  try {
    return await open(path, "r");
  } catch (error) {
    const code = codeOf(error);
    if (code === "ENOENT" || code === "ENOTDIR") throw new TrafficUnreadable("not_found", `there is no file ${path}`);
    if (code === "EACCES" || code === "EPERM") {
      throw new TrafficUnreadable("not_allowed", `${path} may not be read by this user`);
    }
    throw readFailed(path, error);
  }
}

async function copyOf(stream: Readable, name: string, options: SourceOptions): Promise<ByteSource> {
  const scratch = new ScratchFile(options.scratchDirectory);
  try {
    for await (const chunk of stream as AsyncIterable<Buffer | string>) {
      const bytes = typeof chunk === "string" ? Buffer.from(chunk) : chunk;
      scratch.append(bytes, 0, bytes.length);
      options.copied?.(scratch.size);
    }
    return byteSourceOf(scratch.fd, name, () => Promise.resolve(scratch.close()));
  } catch (error) {
    scratch.close();
    throw error instanceof TrafficUnreadable ? error : readFailed(name, error);
  }
}

/**
 * A file that somebody has opened, and closes unless `close` does. `mostUnpacked`: how many bytes it may have when it is
 * unpacked; a pass that comes to more ends with TrafficUnreadable.
 */
export function byteSourceOf(
  fd: number,
  name: string,
  close: () => Promise<void> = () => Promise.resolve(),
  mostUnpacked: number = Number.POSITIVE_INFINITY,
): ByteSource {
  const { size } = fstatSync(fd);
  const magic = new Uint8Array(8);
  const length = readSync(fd, magic, 0, magic.length, 0);
  const gzip = magic[0] === 0x1f && magic[1] === 0x8b;
  return {
    fd,
    size,
    gzip,
    magic: magic.subarray(0, length),
    pass: () => (gzip ? gzipPass(fd, size, name, mostUnpacked) : plainPass(fd, size, name)),
    close,
  };
}

function plainPass(fd: number, size: number, name: string): BytePass {
  let position = 0;
  return {
    get consumed() {
      return position;
    },
    async read(into, at) {
      // Not beyond what was there at first: a file that grows has the same rows in every pass.
      const length = Math.min(into.length - at, size - position);
      if (length <= 0) return 0;
      try {
        const { bytesRead } = await readAt(fd, into, at, length, position);
        position += bytesRead;
        return bytesRead;
      } catch (error) {
        throw readFailed(name, error);
      }
    },
    close: () => Promise.resolve(),
  };
}

function gzipPass(fd: number, size: number, name: string, mostUnpacked: number): BytePass {
  const packed = Readable.from(blocks(plainPass(fd, size, name)), { objectMode: false });
  const gunzip = createGunzip({ chunkSize: BLOCK });
  packed.once("error", (error) => gunzip.destroy(error));
  packed.pipe(gunzip);
  const chunks = (gunzip as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
  let chunk: Uint8Array = new Uint8Array(0);
  let unpacked = 0;
  return {
    get consumed() {
      return gunzip.bytesWritten;
    },
    async read(into, at) {
      while (chunk.length === 0) {
        try {
          const next = await chunks.next();
          if (next.done === true) return 0;
          chunk = next.value;
          unpacked += chunk.length;
        } catch (error) {
          throw gzipFault(name, error);
        }
        if (unpacked > mostUnpacked) throw unpackedTooLarge(name, mostUnpacked);
      }
      const taken = chunk.subarray(0, into.length - at);
      into.set(taken, at);
      chunk = chunk.subarray(taken.length);
      return taken.length;
    },
    async close() {
      gunzip.destroy();
      packed.destroy();
      // Only when its last read is over may the file be closed.
      await finished(packed).catch(() => undefined);
    },
  };
}

async function* blocks(pass: BytePass): AsyncGenerator<Uint8Array, void, undefined> {
  for (;;) {
    const block = Buffer.allocUnsafe(BLOCK);
    const read = await pass.read(block, 0);
    if (read === 0) return;
    yield block.subarray(0, read);
  }
}

function gzipFault(name: string, error: unknown): TrafficUnreadable {
  if (error instanceof TrafficUnreadable) return error;
  const code = codeOf(error);
  if (code === "Z_BUF_ERROR") {
    return new TrafficUnreadable(
      "gzip_truncated",
      `${name} ends in the middle of its gzip stream: it was not copied or written in full. Fetch it again`,
      error,
    );
  }
  if (code?.startsWith("Z_") === true) {
    return new TrafficUnreadable("gzip_corrupt", `${name} is damaged: its gzip stream cannot be unpacked`, error);
  }
  return readFailed(name, error);
}

function unpackedTooLarge(name: string, most: number): TrafficUnreadable {
  const megabytes = Math.floor(most / 1_000_000).toLocaleString("en");
  return new TrafficUnreadable(
    "unpacked_too_large",
    `${name} has more than ${megabytes} MB when it is unpacked, which is more than is read here; bring it in parts`,
  );
}

function readFailed(name: string, cause: unknown): TrafficUnreadable {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new TrafficUnreadable("read_failed", `${name} cannot be read: ${why}`, cause);
}

function codeOf(error: unknown): string | undefined {
  const code: unknown = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : undefined;
}

const readAt = promisify(read);
const BLOCK = 256 * 1024;
