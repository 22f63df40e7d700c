import type { SafeguardClient } from "@safeguard/client";
import { fetchBytes } from "../api/server.ts";
import type { Backtest } from "./backtest-types.ts";
import { pathOf } from "./use-backtests.ts";

/** One request holds so much: small enough for a slow line and a proxy's limits. */
const PIECE_BYTES = 4 * 1024 * 1024;
const TRIES = 3;

/** Brings a file piece by piece; `onShare` hears how much has come, from 0 to 1. What cannot be brought whole is deleted. */
export async function bringFile(
  server: SafeguardClient,
  account: string,
  file: File,
  onShare: (share: number) => void,
  signal: AbortSignal,
): Promise<Backtest> {
  const made = await server.call<Backtest>({
    method: "POST",
    path: "/v1/backtests",
    body: { name: file.name.slice(-200), bytes: file.size },
  });
  try {
    for (let from = 0; from < file.size; from += PIECE_BYTES) {
      await putPiece(account, made.id, from, file.slice(from, from + PIECE_BYTES), signal);
      onShare(Math.min(1, (from + PIECE_BYTES) / file.size));
    }
    return made;
  } catch (error) {
    await server.call({ method: "DELETE", path: pathOf(made.id) }).catch(() => undefined);
    throw error;
  }
}

async function putPiece(account: string, id: string, from: number, piece: Blob, signal: AbortSignal): Promise<void> {
  for (let tried = 1; ; tried += 1) {
    try {
      await fetchBytes(account, `${pathOf(id)}/file?from=${from}`, { method: "PUT", body: piece, signal });
      return;
    } catch (error) {
      // A piece that came although its answer did not is no fault.
      const isRefused = (error as { readonly status?: number }).status !== undefined;
      if (isRefused || signal.aborted || tried >= TRIES) throw error;
      await new Promise((later) => setTimeout(later, tried * 1000));
    }
  }
}
