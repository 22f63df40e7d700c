import { connect, createServer, type Socket } from "node:net";

/** A wire to the database that can be cut: what a client sends may arrive though it never hears of it. */
export interface CuttingProxy {
  readonly port: number;
  /** From now on nothing comes back to the clients; they are cut off a moment later. New ones are served as ever. */
  cutAnswers(): Promise<void>;
  /** From now on nothing goes to the server; the clients are cut off a moment later. */
  cutQuestions(): Promise<void>;
  /** New clients are turned away until this is called with `true`. */
  open(isOpen: boolean): void;
  close(): Promise<void>;
}

/** Longer than a commit takes. */
const MOMENT_MS = 30;

export async function startCuttingProxy(target: number): Promise<CuttingProxy> {
  const wires = new Set<{ readonly client: Socket; readonly server: Socket }>();
  let isOpen = true;
  const proxy = createServer((client) => {
    if (!isOpen) {
      client.destroy();
      return;
    }
    const server = connect(target, "127.0.0.1");
    const wire = { client, server };
    wires.add(wire);
    const end = (): void => {
      wires.delete(wire);
      client.destroy();
      server.destroy();
    };
    for (const socket of [client, server]) socket.setNoDelay().on("error", end).on("close", end);
    client.pipe(server);
    server.pipe(client);
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  const address = proxy.address();
  const cut = async (silence: (wire: { readonly client: Socket; readonly server: Socket }) => void): Promise<void> => {
    const cutWires = [...wires];
    for (const wire of cutWires) silence(wire);
    await new Promise((resolve) => setTimeout(resolve, MOMENT_MS));
    for (const { client, server } of cutWires) {
      client.destroy();
      server.destroy();
    }
  };
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    cutAnswers: () => cut(({ client, server }) => server.unpipe(client).resume()),
    cutQuestions: () => cut(({ client, server }) => client.unpipe(server).resume()),
    open(value) {
      isOpen = value;
    },
    async close() {
      for (const { client, server } of wires) {
        client.destroy();
        server.destroy();
      }
      await new Promise((resolve) => proxy.close(resolve));
    },
  };
}
