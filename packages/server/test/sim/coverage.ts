/** What goes wrong around the product, or is changed under it. */
export const FAULTS = [
  "crash",
  "crash_at_step",
  "torn_write",
  "kept_write",
  "disk_failed",
  "disk_slow",
  "read_failed",
  "stopped",
  "clock_forward",
  "clock_back",
  "refused_for_now",
  "refused",
  "lost_before",
  "lost_after",
  "late",
  "lied",
  "slow",
  "reports_disordered",
  "tightened",
  "loosened",
  "suspended",
  "canceled",
  "erased",
  "rerouted",
  "resend_switched",
] as const;
export type Fault = (typeof FAULTS)[number];

/** How often a message went from one state to another, by what had gone wrong since its last change. */
export type Coverage = Record<string, number>;

export function countInto(sum: Coverage, more: Coverage): void {
  for (const [cell, count] of Object.entries(more)) sum[cell] = (sum[cell] ?? 0) + count;
}

export function cellOf(from: string, to: string, fault: Fault | "none"): string {
  return `${from} → ${to} | ${fault}`;
}

/** One row for each transition, one column for each fault. */
export function coverageTable(coverage: Coverage): string {
  const columns = ["none", ...FAULTS];
  const rows = new Map<string, Map<string, number>>();
  for (const [cell, count] of Object.entries(coverage)) {
    const [transition = "", fault = ""] = cell.split(" | ");
    const row = rows.get(transition) ?? new Map<string, number>();
    rows.set(transition, row.set(fault, count));
  }
  const lines = [...rows]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([transition, row]) => {
      const counts = columns.map((fault) => (row.get(fault) ?? 0).toLocaleString("en"));
      return `| ${transition} | ${counts.join(" | ")} |`;
    });
  return [
    `| transition | ${columns.map((fault) => fault.replaceAll("_", " ")).join(" | ")} |`,
    `| --- |${" ---: |".repeat(columns.length)}`,
    ...lines,
  ].join("\n");
}
