import { type LabelsOf, METRICS, type MetricDefinition, type MetricName, MOST_SERIES } from "./metric-list.ts";

export const METRICS_CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

interface Series {
  readonly labels: Readonly<Record<string, string>>;
  value: number;
  /** Of a histogram: how many fell into each bucket, not cumulated; the last one is for all that is larger. */
  readonly counts: number[] | undefined;
}

/** Values of every metric in the list, written as Prometheus reads them (text format 0.0.4). */
export class Metrics {
  readonly #series = new Map<MetricName, Map<string, Series>>();

  count<N extends MetricName>(name: N, labels: LabelsOf<N>, by = 1): void {
    this.#of(name, labels).value += by;
  }

  set<N extends MetricName>(name: N, labels: LabelsOf<N>, value: number): void {
    this.#of(name, labels).value = value;
  }

  observe<N extends MetricName>(name: N, labels: LabelsOf<N>, value: number): void {
    const series = this.#of(name, labels);
    const { buckets = [] }: MetricDefinition = METRICS[name];
    series.value += value;
    let place = 0;
    while (place < buckets.length && value > (buckets[place] ?? 0)) place++;
    if (series.counts !== undefined) series.counts[place] = (series.counts[place] ?? 0) + 1;
  }

  /** Forgets a metric's series: before it is set anew from what there is now. */
  clear(name: MetricName): void {
    this.#series.delete(name);
  }

  text(): string {
    const lines: string[] = [];
    for (const name of Object.keys(METRICS) as MetricName[]) {
      const { type, help, buckets = [] }: MetricDefinition = METRICS[name];
      const series = this.#series.get(name);
      if (series === undefined) continue;
      lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`);
      for (const { labels, value, counts } of series.values()) {
        if (counts === undefined) {
          lines.push(`${name}${labelText(labels)} ${numberText(value)}`);
          continue;
        }
        let sum = 0;
        for (const [place, count] of counts.entries()) {
          sum += count;
          const le = place < buckets.length ? String(buckets[place]) : "+Inf";
          lines.push(`${name}_bucket${labelText({ ...labels, le })} ${sum}`);
        }
        lines.push(`${name}_sum${labelText(labels)} ${numberText(value)}`, `${name}_count${labelText(labels)} ${sum}`);
      }
    }
    return `${lines.join("\n")}\n`;
  }

  #of<N extends MetricName>(name: N, labels: LabelsOf<N>): Series {
    let all = this.#series.get(name);
    if (all === undefined) {
      all = new Map();
      this.#series.set(name, all);
    }
    const definition: MetricDefinition = METRICS[name];
    const values = labels as Readonly<Record<string, string>>;
    const known = all.get(keyOf(definition, values));
    if (known !== undefined) return known;
    // One place is kept for all that does not fit.
    const kept =
      all.size < MOST_SERIES - 1 ? values : Object.fromEntries(definition.labels.map((label) => [label, "other"]));
    const key = keyOf(definition, kept);
    const other = all.get(key);
    if (other !== undefined) return other;
    const counts = definition.buckets && new Array<number>(definition.buckets.length + 1).fill(0);
    const made: Series = { labels: kept, value: 0, counts };
    all.set(key, made);
    return made;
  }
}

function keyOf({ labels }: MetricDefinition, values: Readonly<Record<string, string>>): string {
  if (labels.length === 0) return "";
  let key = "";
  for (const label of labels) key += `${values[label] ?? ""}\0`;
  return key;
}

function labelText(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

function escaped(value: string): string {
  return value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}

function numberText(value: number): string {
  if (Number.isFinite(value)) return String(value);
  return Number.isNaN(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf";
}
