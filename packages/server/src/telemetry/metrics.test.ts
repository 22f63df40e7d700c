import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { METRICS, MOST_SERIES } from "./metric-list.ts";
import { Metrics } from "./metrics.ts";

describe("metrics", () => {
  test("are written as Prometheus reads them", () => {
    const metrics = new Metrics();
    metrics.count("safeguard_decisions_total", { action: "block", family: "destination" });
    metrics.count("safeguard_decisions_total", { action: "block", family: "destination" }, 2);
    metrics.set("safeguard_held_messages", {}, 4);
    for (const seconds of [0.0005, 0.002, 99]) metrics.observe("safeguard_request_seconds", { dialect: "cm" }, seconds);
    const text = metrics.text();
    expect(text).toContain('safeguard_decisions_total{action="block",family="destination"} 3\n');
    expect(text).toContain("# TYPE safeguard_held_messages gauge\nsafeguard_held_messages 4\n");
    expect(text).toContain('safeguard_request_seconds_bucket{dialect="cm",le="0.001"} 1\n');
    expect(text).toContain('safeguard_request_seconds_bucket{dialect="cm",le="0.0025"} 2\n');
    expect(text).toContain('safeguard_request_seconds_bucket{dialect="cm",le="10"} 2\n');
    expect(text).toContain('safeguard_request_seconds_bucket{dialect="cm",le="+Inf"} 3\n');
    expect(text).toContain('safeguard_request_seconds_count{dialect="cm"} 3\n');
  });

  test("have a bounded number of series, whatever the labels hold: the rest is counted together", () => {
    const metrics = new Metrics();
    for (let provider = 0; provider < 10_000; provider++)
      metrics.count("safeguard_submissions_total", { provider: `p${provider}`, outcome: "accepted" });
    const lines = metrics
      .text()
      .split("\n")
      .filter((line) => line.startsWith("safeguard_submissions_total"));
    expect(lines).toHaveLength(MOST_SERIES);
    const sum = lines.reduce((total, line) => total + Number(line.split(" ").at(-1)), 0);
    expect(sum).toBe(10_000);
    expect(lines.at(-1)).toContain('provider="other"');
  });

  test("cannot be broken by what a label holds", () => {
    const metrics = new Metrics();
    metrics.count("safeguard_alerts_raised_total", { code: 'a"}\n\\' });
    expect(metrics.text()).toContain('safeguard_alerts_raised_total{code="a\\"}\\n\\\\"} 1\n');
  });
});

describe("the dashboard and the alert rules", () => {
  const names = new Set<string>(
    Object.entries(METRICS).flatMap(([name, { type }]) =>
      type === "histogram" ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
    ),
  );

  test.each(["grafana-dashboard.json", "prometheus-rules.yaml"])("%s name only metrics that are there", (file) => {
    const text = readFileSync(new URL(`../../../../deploy/monitoring/${file}`, import.meta.url), "utf8");
    const named = [...text.matchAll(/safeguard_[a-z_]+/g)].map(([name]) => name);
    expect(named.length).toBeGreaterThan(8);
    expect(named.filter((name) => !names.has(name))).toEqual([]);
    if (file.endsWith(".json")) expect(() => JSON.parse(text)).not.toThrow();
  });
});
