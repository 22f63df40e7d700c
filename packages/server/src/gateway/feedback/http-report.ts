import type { ReportTemplate } from "../outbound/http/http-settings.ts";
import { textAt, valueAt } from "../outbound/http/json-pointer.ts";
import { parseJson, providerCode } from "../outbound/provider-words.ts";
import type { ProviderReport, ProviderReports } from "./provider-report.ts";

/** Reads a report by the provider's template. */
export function readHttpReports(template: ReportTemplate, query: string, body: string): ProviderReports {
  const value = template.format === "json" ? parseJson(body) : flat(template.format === "form" ? body : query);
  const list = template.list === undefined ? [value] : valueAt(value, template.list);
  if (value === undefined || !Array.isArray(list)) return undefined;
  const reports: ProviderReport[] = [];
  for (const entry of list as readonly unknown[]) {
    const report = readEntry(template, entry);
    if (report === undefined) return undefined;
    if (report !== "ignore") reports.push(report);
  }
  return reports;
}

function readEntry(template: ReportTemplate, entry: unknown): ProviderReport | "ignore" | undefined {
  const word = textAt(entry, template.status);
  const status = word !== undefined && Object.hasOwn(template.statuses, word) ? template.statuses[word] : undefined;
  const id = textAt(entry, template.id);
  const providerId = textAt(entry, template.providerId);
  const message = id !== undefined ? { id } : providerId !== undefined ? { providerId } : undefined;
  if (status === undefined || message === undefined) return undefined;
  if (status === "ignore") return "ignore";
  const failed = status === "failed" || status === "undelivered";
  const code = textAt(entry, template.code);
  return {
    message,
    status,
    occurredAt: undefined,
    code: failed && code !== undefined ? providerCode(code) : undefined,
    text: failed ? textAt(entry, template.text) : undefined,
  };
}

function flat(encoded: string): Readonly<Record<string, string>> {
  return Object.fromEntries(new URLSearchParams(encoded));
}
