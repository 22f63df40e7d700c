import { type RequestListener, Server, type ServerOptions } from "node:http";
import type { Socket } from "node:net";
import { headerLines, PlainConnection, type PlainHandler } from "./plain-connection.ts";

/**
 * Node's HTTP server with a short way before it: what `plain` takes is answered there. Without TLS, which hides where a
 * request begins and ends.
 */
export class PlainServer extends Server {
  readonly #plain = new Set<PlainConnection>();

  /** `headers`: of every answer that `plain` gives; those of `listener` are its own. */
  constructor(
    options: ServerOptions,
    listener: RequestListener,
    plain: PlainHandler,
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(options, listener);
    const lines = headerLines(headers);
    // Node's own listener, which would set its parser on the connection at once.
    const full = this.listeners("connection");
    this.removeAllListeners("connection");
    this.on("connection", (socket: Socket) => {
      const connection = new PlainConnection(socket, plain, {
        keepsAlive: () => this.listening,
        headerLines: lines,
        handOver: () => {
          this.#plain.delete(connection);
          for (const listen of full) listen.call(this, socket);
        },
      });
      this.#plain.add(connection);
      socket.once("close", () => this.#plain.delete(connection));
    });
  }

  /** `close` calls it, too. */
  override closeIdleConnections(): void {
    for (const connection of this.#plain) connection.closeIfIdle();
    super.closeIdleConnections();
  }

  override closeAllConnections(): void {
    for (const connection of this.#plain) connection.destroy();
    super.closeAllConnections();
  }
}
