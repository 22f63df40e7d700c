import { Badge, Group, Text } from "@mantine/core";
import type { Decision, DetectionEvidence, Finding } from "@safeguard/client";
import { useTranslation } from "react-i18next";
import { useFormat } from "../shared/format.ts";
import { Grouped } from "../shared/grouped.tsx";
import { RouteLink } from "../shared/route-link.tsx";
import { type Check, type CheckOutcome, checksOf } from "./checks.ts";

const MARKS: Readonly<Record<CheckOutcome, string>> = {
  passed: "✓",
  lets: "✓",
  quiet: "–",
  unasked: "–",
  would: "!",
  stopped: "✕",
};

/** A decision as the questions that were asked, in their order. */
export function CheckList({ decision }: { readonly decision: Decision }) {
  const { t } = useTranslation();
  return (
    <ol className="checks" aria-label={t("messages.checks.title")}>
      {checksOf(decision).map((check) => (
        <li key={check.name} data-decided={check.decided || undefined} data-check={check.name}>
          <span className="check-mark" data-outcome={check.outcome} aria-hidden="true">
            {MARKS[check.outcome]}
          </span>
          <div>
            <Group gap="xs" wrap="wrap">
              <Text size="sm" fw={600}>
                {t(`messages.checks.${check.name}`)}
              </Text>
              <Text size="sm" c="dimmed">
                {t(`messages.outcome.${check.outcome}`)}
              </Text>
              {check.decided && (
                <Badge size="sm" variant="default">
                  {t("messages.decided")}
                </Badge>
              )}
            </Group>
            <Said check={check} decision={decision} />
          </div>
        </li>
      ))}
    </ol>
  );
}

function Said({ check, decision }: { readonly check: Check; readonly decision: Decision }) {
  const { t } = useTranslation();
  const { place } = useFormat();
  if (check.name === "number") {
    const where = decision.destination === null ? decision.candidates : [decision.destination];
    return (
      <Text size="sm">
        <Grouped
          text={
            check.outcome === "stopped"
              ? decision.sentence
              : [
                  decision.to,
                  where.map(place).join(", "),
                  ...(decision.numberType === null ? [] : [t(`messages.numberType.${decision.numberType}`)]),
                  ...(decision.valid ? [] : [t("messages.notAssigned")]),
                ].join(" · ")
          }
        />
      </Text>
    );
  }
  return check.findings.map((finding, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: findings do not move
    <FindingLines key={index} finding={finding} />
  ));
}

function FindingLines({ finding }: { readonly finding: Finding }) {
  const { t } = useTranslation();
  const { count } = useFormat();
  const level = "level" in finding && finding.level > 0 ? ` ${t("messages.byAbove", { count: finding.level })}` : "";
  return (
    <>
      <Text size="sm">
        {t(`reasons.${finding.reason}`)}
        {finding.type === "policy" && <Ground ground={finding.ground} />}
        {level}
      </Text>
      {finding.type === "limit" && (
        <Text size="sm" c="dimmed">
          {[
            ...(finding.name === "" ? [] : [finding.name]),
            ...(finding.count === undefined || finding.most === undefined
              ? []
              : [t("messages.ofMost", { count: count(finding.count), most: count(finding.most) })]),
            ...(finding.window === null
              ? []
              : [t(`verdict.window.${finding.window}`, { defaultValue: finding.window })]),
          ].join(" · ")}
        </Text>
      )}
      {finding.type === "detection" && (
        <Text size="sm" c="dimmed">
          <Grouped
            text={[
              t(`messages.mode.${finding.mode}`),
              t("messages.score", { score: count(finding.score) }),
              ...(finding.limit === undefined
                ? []
                : [t("messages.ofMost", { count: count(finding.limit.count), most: count(finding.limit.limit) })]),
              ...(finding.evidence === undefined ? [] : [evidenceWords(finding.evidence)]),
            ].join(" · ")}
          />{" "}
          {finding.incident !== null && (
            <RouteLink
              to="/channels/incidents/$number"
              params={{ number: String(finding.incident) }}
              size="sm"
              underline="always"
            >
              {t("incidents.name", { number: finding.incident })}
            </RouteLink>
          )}
        </Text>
      )}
    </>
  );

  function evidenceWords({ hits, trials, expectedShare, scope }: DetectionEvidence): string {
    return t("messages.evidence", {
      hits: count(hits),
      trials: count(trials),
      usual: count(oneIn(expectedShare)),
      range: scope.type === "block" ? `${scope.prefix}${"x".repeat(String(scope.size).length - 1)}` : scope.destination,
    });
  }
}

/** The rule itself, where it has a range. */
function Ground({ ground }: { readonly ground: { readonly type: string; readonly [name: string]: unknown } }) {
  const range = ground["range"] ?? ground["prefix"];
  return typeof range === "string" ? <Grouped text={` (${range})`} /> : null;
}

/** One in how many, in two digits, rounded down: an upper bound stays one, and is the same as in the sentence. */
function oneIn(share: number): number {
  const step = 10 ** Math.max(0, Math.floor(Math.log10(1 / share)) - 1);
  return Math.floor(1 / share / step) * step;
}
