import { readFileSync } from "node:fs";

/**
 * The most memory that this process ever had resident (`VmHWM`). Not `ru_maxrss`: on Linux a process inherits that from the one
 * that started it, so a child of a large process never seems small.
 */
export function peakMegabytes(): number {
  const peak = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1];
  if (peak === undefined) throw new Error("/proc/self/status has no VmHWM");
  return Number(peak) / 1024;
}
