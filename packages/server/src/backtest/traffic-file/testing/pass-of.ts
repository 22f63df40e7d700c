import type { BytePass } from "../byte-source.ts";

/** A pass over `bytes` that gives `sizes[0]` bytes at first, then `sizes[1]`, …, and the rest at once. */
export function passOf(bytes: Uint8Array, sizes: readonly number[] = []): BytePass {
  let consumed = 0;
  let reads = 0;
  return {
    get consumed() {
      return consumed;
    },
    read(into, at) {
      const size = Math.min(sizes[reads] ?? bytes.length, into.length - at);
      reads += 1;
      const given = bytes.subarray(consumed, consumed + size);
      into.set(given, at);
      consumed += given.length;
      return Promise.resolve(given.length);
    },
    close: () => Promise.resolve(),
  };
}
