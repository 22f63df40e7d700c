import { type Duplex, duplexPair } from "node:stream";

/** A server's end of a connection, as it wants it, without a kernel in between: a chunk that is written arrives as that chunk. */
export function memoryConnection(): { readonly client: Duplex; readonly socket: Duplex } {
  const [client, socket] = duplexPair();
  client.on("error", () => undefined);
  Object.assign(socket, {
    remoteAddress: "127.0.0.1",
    setTimeout: () => socket,
    setKeepAlive: () => socket,
    setNoDelay: () => socket,
    ref: () => socket,
    unref: () => socket,
    destroySoon: () => socket.end(() => socket.destroy()),
  });
  return { client, socket };
}
