/** A process that floods as it is told, and tells how it fared: beside the victim's, so that the two do not wait for each other. */
import { Pool } from "undici";
import { ask } from "./ask.ts";
import { floods } from "./floods.ts";
import { Tally } from "./tally.ts";

/** What it is told. */
export interface FloodOrder {
  readonly port: number;
  readonly secret: string;
  /** Name of the flood. */
  readonly name: string;
  readonly seconds: number;
  readonly atOnce: number;
}

/** As a client does that is told to come again: but hardly. */
const AGAIN_AFTER_MS = 20;
let serial = 0;

process.on("message", (order) => {
  void flood(order as FloodOrder).then((side) => process.send?.(side));
});
process.on("disconnect", () => process.exit(0));

async function flood({ port, secret, name, seconds, atOnce }: FloodOrder) {
  const tally = new Tally();
  const { path, body } = floods.find((one) => one.name === name) ?? {};
  const pool = new Pool(`http://127.0.0.1:${port}`, { connections: atOnce });
  const end = performance.now() + seconds * 1000;
  const lane = async (): Promise<void> => {
    while (path !== undefined && body !== undefined && performance.now() < end) {
      const sent = performance.now();
      const status = await ask(pool, secret, path, body(serial++));
      tally.count(status, performance.now() - sent);
      if (status === 429 || status === 503) await new Promise((resolve) => setTimeout(resolve, AGAIN_AFTER_MS));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  await pool.close();
  return tally.side();
}
