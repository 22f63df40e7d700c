import { Button, Group, Select, Stack, Text, TextInput } from "@mantine/core";
import type { Destination, Policy } from "@safeguard/client";
import { getRouteApi } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay, useWorking } from "../../session/session.ts";
import { csvOf } from "../../shared/csv.ts";
import { saveFile } from "../../shared/save-file.ts";
import { ChangeBar } from "../saving/change-bar.tsx";
import { SaveEdits } from "../saving/save-edits.tsx";
import { usePolicyEdits } from "../saving/use-policy-edits.ts";
import { useSavedNotice } from "../saving/use-saved-notice.tsx";
import { TabHead } from "../tab-head.tsx";
import { isKeptElsewhere } from "../use-policy.ts";
import { WithPolicy } from "../with-policy.tsx";
import { ContainedRanges } from "./contained-ranges.tsx";
import { NumberTypes } from "./number-types.tsx";
import { RULE_KINDS } from "./ranges-search.ts";
import { RuleDialog } from "./rule-dialog.tsx";
import { RuleTable } from "./rule-table.tsx";
import { exceptionsChange, keyOf, linesOf, numbersOf, type Rule, type RuleLine, ruleEdit } from "./rules.ts";
import { TestNumber } from "./test-number.tsx";

const route = getRouteApi("/frame/channels/settings/business-messaging/safeguard/ranges");

/** Rules for numbers that begin alike, exceptions, kinds of line, and what detection contains. */
export function RangesPage() {
  return <WithPolicy>{(policy, destinations) => <Loaded policy={policy} destinations={destinations} />}</WithPolicy>;
}

function Loaded({ policy, destinations }: { readonly policy: Policy; readonly destinations: readonly Destination[] }) {
  const { t } = useTranslation();
  const { account } = useWorking();
  const { q = "", kind } = route.useSearch();
  const navigate = route.useNavigate();
  const isReadOnly = !useMay("policies:write") || isKeptElsewhere(policy);
  const { document, edits, change, takeBack, discard } = usePolicyEdits(policy);
  const sayItIsSaved = useSavedNotice();
  const [writing, setWriting] = useState<{ readonly rule: Rule | undefined }>();
  const [isReviewed, setIsReviewed] = useState(false);
  const lines = useMemo(() => linesOf(policy.document, document), [policy.document, document]);
  const shown = useMemo(() => lines.filter((line) => answersTo(line, q, kind)), [lines, q, kind]);
  const exceptions = exceptionsChange(policy.document, document);
  const evenBlocked = lines.some(
    ({ rule, state }) =>
      (state === "new" || state === "changed") &&
      rule.type === "exception" &&
      rule.said.evenIfDestinationBlocked === true,
  );
  const use = (rule: Rule): void => {
    const before = writing?.rule;
    if (before !== undefined && keyOf(before) !== keyOf(rule))
      change(keyOf(before), ruleEdit(keyOf(before), undefined));
    change(keyOf(rule), ruleEdit(keyOf(rule), rule));
    setWriting(undefined);
  };
  const exportCsv = (): void =>
    saveFile(
      `safeguard-ranges-${account.id}.csv`,
      csvOf(
        ["order", "numbers", "type", "action", "channels", "until", "even_if_destination_blocked", "note"],
        shown.map(({ rule }, index) => [
          index + 1,
          numbersOf(rule),
          rule.type,
          rule.type === "range" ? rule.said.action : rule.said.kind,
          rule.said.channels?.join(" "),
          rule.said.until,
          rule.type === "exception" ? String(rule.said.evenIfDestinationBlocked === true) : null,
          rule.said.note,
        ]),
      ),
      "text/csv",
    );
  return (
    <Stack gap="lg">
      <TestNumber />
      <section aria-labelledby="range-rules">
        <TabHead id="range-rules" title={t("ranges.title")} text={t("ranges.text")}>
          {!isReadOnly && <Button onClick={() => setWriting({ rule: undefined })}>{t("ranges.add")}</Button>}
        </TabHead>
        <Group align="flex-end" gap="xs" mb="xs">
          <TextInput
            flex={1}
            miw={170}
            type="search"
            label={t("ranges.search")}
            placeholder={t("ranges.searchExample")}
            value={q}
            onChange={({ currentTarget: { value } }) =>
              void navigate({ search: (old) => ({ ...old, q: value || undefined }), replace: true, resetScroll: false })
            }
          />
          <Select
            w={190}
            label={t("destinations.show")}
            allowDeselect={false}
            value={kind ?? "all"}
            data={(["all", ...RULE_KINDS] as const).map((value) => ({ value, label: t(`ranges.shown.${value}`) }))}
            onChange={(value) =>
              void navigate({
                search: (old) => ({ ...old, kind: RULE_KINDS.find((one) => one === value) }),
                replace: true,
                resetScroll: false,
              })
            }
          />
          <Button variant="default" onClick={exportCsv} disabled={shown.length === 0}>
            {t("destinations.csv")}
          </Button>
        </Group>
        {shown.length === 0 ? (
          <Text my="md">{t(lines.length === 0 ? "ranges.none" : "ranges.noneFound")}</Text>
        ) : (
          <RuleTable
            lines={shown}
            destinations={destinations}
            isReadOnly={isReadOnly}
            onEdit={(rule) => setWriting({ rule })}
            onRemove={(key) => change(key, ruleEdit(key, undefined))}
            onPutBack={takeBack}
          />
        )}
      </section>
      <NumberTypes policy={policy} document={document} isReadOnly={isReadOnly} onChange={change} />
      <ContainedRanges />
      {edits.size > 0 && (
        <ChangeBar changes={edits.size} onDiscard={discard} onReview={() => setIsReviewed(true)}>
          <Text size="sm">{t("ranges.bar")}</Text>
        </ChangeBar>
      )}
      {writing !== undefined && (
        <RuleDialog
          rule={writing.rule}
          taken={new Set(lines.filter(({ state }) => state !== "removed").map(({ key }) => key))}
          onUse={use}
          onClose={() => setWriting(undefined)}
        />
      )}
      {isReviewed && (
        <SaveEdits
          policy={policy}
          document={document}
          cautions={evenBlocked ? [t("ranges.evenCaution")] : []}
          part={exceptions && { path: "exceptions", body: exceptions }}
          onSaved={(revision) => {
            setIsReviewed(false);
            discard();
            sayItIsSaved(revision);
          }}
          onClose={() => setIsReviewed(false)}
        />
      )}
    </Stack>
  );
}

function answersTo({ rule, state }: RuleLine, typed: string, kind: (typeof RULE_KINDS)[number] | undefined): boolean {
  const its = rule.type === "range" ? "range" : rule.said.kind;
  if (kind !== undefined && (kind === "changed" ? state === "same" : its !== kind)) return false;
  const wanted = typed.trim().toLowerCase();
  const digits = wanted.replaceAll(/[\s-]/g, "");
  if (wanted === "" || (rule.said.note ?? "").toLowerCase().includes(wanted)) return true;
  // A whole number finds the rules that it falls in, too.
  return (
    numbersOf(rule).includes(digits) || (digits.length > 6 && digits.startsWith(numbersOf(rule).replace(/x+$/, "")))
  );
}
