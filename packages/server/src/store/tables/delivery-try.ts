import type { EpochMilliseconds } from "@safeguard/core";
import type { DeliveryTry } from "../store.ts";

/** One line of the tries of a delivery: `1764000000000 503 http_status`, with `-` for what there is none of. */
export function writeTry({ at, status, error }: DeliveryTry): string {
  return `${at} ${status ?? "-"} ${error?.replaceAll(/\s/g, "_") || "-"}\n`;
}

export function readTries(lines: string | null): readonly DeliveryTry[] {
  return (lines ?? "")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const [at, status, error] = line.split(" ");
      return {
        at: Number(at) as EpochMilliseconds,
        status: status === "-" ? undefined : Number(status),
        error: error === "-" ? undefined : error,
      };
    });
}
