import "./limits.css";
import { Button, Card, Menu, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import type { Ceiling, Destination, LimitUse, Policy } from "@safeguard/client";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay, useWorking } from "../../session/session.ts";
import { csvOf } from "../../shared/csv.ts";
import { Refusal } from "../../shared/refusal.tsx";
import { saveFile } from "../../shared/save-file.ts";
import { ChangeBar } from "../saving/change-bar.tsx";
import { SaveEdits } from "../saving/save-edits.tsx";
import { usePolicyEdits } from "../saving/use-policy-edits.ts";
import { useSavedNotice } from "../saving/use-saved-notice.tsx";
import { TabHead } from "../tab-head.tsx";
import { isKeptElsewhere } from "../use-policy.ts";
import { WithPolicy } from "../with-policy.tsx";
import { CeilingCard } from "./ceiling-card.tsx";
import { CeilingDialog } from "./ceiling-dialog.tsx";
import { ceilingEdit, ceilingLines, limitsChange } from "./ceilings.ts";
import { SingleLimits } from "./single-limits.tsx";
import { useCeilingWords } from "./use-ceiling-words.ts";
import { useLimitsUse } from "./use-limits.ts";

const CURRENCY = "EUR";

/** What many begin with. Their heights are to be found from the past. */
const STARTS: Readonly<Record<string, Partial<Ceiling>>> = {
  spend: { name: "spend-per-day", window: "day", money: { amount: 500, currency: CURRENCY } },
  strangers: { name: "strangers", per: "destination", window: "hour", messages: 200, numbers: "unproven" },
  number: { name: "per-number", per: "recipient", window: "10 minutes", messages: 5 },
  burst: { name: "burst", window: "second", messages: 50 },
  duplicate: { name: "duplicate", per: "duplicate", window: "minute", messages: 1 },
  address: { name: "per-address", per: "end_user_address", window: "hour", messages: 10 },
};

/** The most that may go out: each limit in a sentence, and how full it is. */
export function LimitsPage() {
  return <WithPolicy>{(policy, destinations) => <Loaded policy={policy} destinations={destinations} />}</WithPolicy>;
}

function Loaded({ policy, destinations }: { readonly policy: Policy; readonly destinations: readonly Destination[] }) {
  const { t } = useTranslation();
  const { account } = useWorking();
  const { sentence, amount } = useCeilingWords();
  const isReadOnly = !useMay("policies:write") || isKeptElsewhere(policy);
  const { document, edits, change, takeBack, discard } = usePolicyEdits(policy);
  const sayItIsSaved = useSavedNotice();
  const use = useLimitsUse();
  const [writing, setWriting] = useState<{ readonly ceiling: Partial<Ceiling>; readonly name: string | undefined }>();
  const [isReviewed, setIsReviewed] = useState(false);
  const lines = useMemo(() => ceilingLines(policy.document, document), [policy.document, document]);
  const kept = lines.filter(({ state }) => state !== "removed");
  const own = new Map(use.data?.limits.filter(({ level }) => level === 0).map((one) => [one.name, one]));
  const above = use.data?.limits.filter(({ level }) => level > 0) ?? [];
  const currency =
    document.limits?.maximumPrice?.currency ??
    document.limits?.ceilings?.find(({ money }) => money !== undefined)?.money?.currency ??
    CURRENCY;
  const keyOf = (name: string): string => `limits.ceilings.${name}`;
  const take = (ceiling: Ceiling): void => {
    const before = writing?.name;
    if (before !== undefined && before !== ceiling.name) change(keyOf(before), ceilingEdit(before, undefined));
    change(keyOf(ceiling.name), ceilingEdit(ceiling.name, ceiling));
    setWriting(undefined);
  };
  const reached = kept.filter(({ name, ceiling, state }) => {
    const used = own.get(name)?.used ?? 0;
    return state === "changed" && used > 0 && used >= (ceiling.messages ?? ceiling.money?.amount ?? 0);
  });
  const exportCsv = (): void =>
    saveFile(
      `safeguard-limits-${account.id}.csv`,
      csvOf(
        ["name", "per", "window", "most", "currency", "used", "meaning", "note"],
        kept.map(({ name, ceiling }) => [
          name,
          ceiling.per ?? "account",
          ceiling.window,
          ceiling.messages ?? ceiling.money?.amount,
          ceiling.money?.currency,
          own.get(name)?.used,
          sentence(ceiling),
          ceiling.note,
        ]),
      ),
      "text/csv",
    );
  return (
    <Stack gap="lg">
      <section aria-labelledby="ceilings">
        <TabHead id="ceilings" title={t("limits.title")} text={t("limits.text")}>
          <Button variant="default" onClick={exportCsv} disabled={kept.length === 0}>
            {t("destinations.csv")}
          </Button>
          {!isReadOnly && (
            <>
              <Starts
                taken={new Set(kept.map(({ name }) => name))}
                onStart={(ceiling) => setWriting({ ceiling, name: undefined })}
              />
              <Button onClick={() => setWriting({ ceiling: {}, name: undefined })}>{t("limits.add")}</Button>
            </>
          )}
        </TabHead>
        <Refusal error={use.error} />
        {lines.length === 0 ? (
          <Text my="sm">{t("limits.none")}</Text>
        ) : (
          <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} spacing="sm">
            {lines.map((line) => (
              <CeilingCard
                key={line.name}
                line={line}
                use={own.get(line.name)}
                isReadOnly={isReadOnly}
                onEdit={() => setWriting({ ceiling: line.ceiling, name: line.name })}
                onRemove={() => change(keyOf(line.name), ceilingEdit(line.name, undefined))}
                onPutBack={() => takeBack(keyOf(line.name))}
              />
            ))}
          </SimpleGrid>
        )}
      </section>
      {above.length > 0 && <Above limits={above} />}
      <SingleLimits document={document} currency={currency} isReadOnly={isReadOnly} onChange={change} />
      {edits.size > 0 && (
        <ChangeBar changes={edits.size} onDiscard={discard} onReview={() => setIsReviewed(true)}>
          <Text size="sm">{t("limits.bar")}</Text>
        </ChangeBar>
      )}
      {writing !== undefined && (
        <CeilingDialog
          {...writing}
          taken={new Set(kept.map(({ name }) => name))}
          destinations={destinations}
          currency={currency}
          onUse={take}
          onClose={() => setWriting(undefined)}
        />
      )}
      {isReviewed && (
        <SaveEdits
          policy={policy}
          document={document}
          cautions={reached.map(({ name }) =>
            t("limits.reached", { name, used: amount(own.get(name)?.used ?? 0, own.get(name)?.currency) }),
          )}
          part={{ path: "limits", body: limitsChange(policy.document, document) }}
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

function Starts({
  taken,
  onStart,
}: {
  readonly taken: ReadonlySet<string>;
  readonly onStart: (ceiling: Partial<Ceiling>) => void;
}) {
  const { t } = useTranslation();
  const free = Object.entries(STARTS).filter(([, { name = "" }]) => !taken.has(name));
  if (free.length === 0) return null;
  return (
    <Menu shadow="md" width={340}>
      <Menu.Target>
        <Button variant="default">{t("limits.start.name")}</Button>
      </Menu.Target>
      <Menu.Dropdown>
        {free.map(([start, ceiling]) => (
          <Menu.Item key={start} onClick={() => onStart(ceiling)}>
            {t(`limits.start.${start}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

/** Limits of accounts above hold besides; what is in them is not this account's to see. */
function Above({ limits }: { readonly limits: readonly LimitUse[] }) {
  const { t } = useTranslation();
  const { window } = useCeilingWords();
  return (
    <section aria-labelledby="limits-above">
      <Title order={2} size="h4" id="limits-above">
        {t("limits.above.title")}
      </Title>
      <Text size="sm" c="dimmed" mb="xs">
        {t("limits.above.text")}
      </Text>
      <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} spacing="sm">
        {limits.map((limit) => (
          <Card key={`${limit.level} ${limit.name}`} withBorder p="sm">
            <Text fw={600}>{limit.name}</Text>
            <Text size="sm">
              {t("limits.above.one", { window: window(limit.window), per: t(`limits.per.${limit.per}`) })}
            </Text>
          </Card>
        ))}
      </SimpleGrid>
    </section>
  );
}
