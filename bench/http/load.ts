import { setTimeout as sleep } from "node:timers/promises";
import { Pool } from "undici";

/** One request that is sent again and again; `body` is made anew each time. */
export interface LoadShape {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  body(): string;
}

export interface LoadResult {
  readonly answered: number;
  /** Sent away at the door, and asked again. */
  readonly refused: number;
  readonly seconds: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
}

const AGAIN_AFTER_MS = 20;

/** Closed loop: `atOnce` requests in flight for `seconds`. Who is told that the server has too much under way asks again in a moment; every other answer must be 2xx, or the run is void. */
export async function load(port: number, shape: LoadShape, atOnce: number, seconds: number): Promise<LoadResult> {
  const pool = new Pool(`http://127.0.0.1:${port}`, { connections: atOnce });
  const latencies: number[] = [];
  const start = performance.now();
  const end = start + seconds * 1000;
  let refused = 0;
  const lane = async (): Promise<void> => {
    while (performance.now() < end) {
      const sent = performance.now();
      const answer = await pool.request({
        path: shape.path,
        method: "POST",
        headers: { ...shape.headers },
        body: shape.body(),
      });
      const text = await answer.body.text();
      if (answer.statusCode === 429 || answer.statusCode === 503) {
        refused += 1;
        await sleep(AGAIN_AFTER_MS);
        continue;
      }
      if (answer.statusCode >= 300)
        throw new Error(`${shape.path} answered ${answer.statusCode}: ${text.slice(0, 300)}`);
      latencies.push(performance.now() - sent);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  const took = (performance.now() - start) / 1000;
  await pool.close();
  latencies.sort((a, b) => a - b);
  return {
    answered: latencies.length,
    refused,
    seconds: took,
    p50: quantile(latencies, 0.5),
    p99: quantile(latencies, 0.99),
  };
}

/** Of a sorted list. */
export function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** Median, least and greatest: a ratio without its spread says little on a shared machine. */
export function spread(values: readonly number[]): {
  readonly median: number;
  readonly least: number;
  readonly greatest: number;
} {
  const sorted = [...values].sort((a, b) => a - b);
  return { median: quantile(sorted, 0.5), least: sorted[0] ?? Number.NaN, greatest: sorted.at(-1) ?? Number.NaN };
}
