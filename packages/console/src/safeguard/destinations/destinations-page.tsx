import "./world-map.css";
import {
  Badge,
  Button,
  Group,
  Menu,
  Select,
  Skeleton,
  Stack,
  Text,
  TextInput,
  Title,
  VisuallyHidden,
} from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import type { DestinationAction, Policy, PolicyImpact, PolicyRevision } from "@safeguard/client";
import { useMutation } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { lazy, Suspense, useCallback, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay, useWorking } from "../../session/session.ts";
import { csvOf } from "../../shared/csv.ts";
import { Refusal } from "../../shared/refusal.tsx";
import { saveFile } from "../../shared/save-file.ts";
import { useAskBeforeLeaving } from "../saving/use-policy-edits.ts";
import { useSavedNotice } from "../saving/use-saved-notice.tsx";
import { type ImpactDays, isKeptElsewhere, POLICY, useDestinations, useImpact, usePolicy } from "../use-policy.ts";
import { isShown, linesOf, SHOWN, type Sort, sorted, verifiedShare } from "./destination-line.ts";
import { DestinationTable } from "./destination-table.tsx";
import {
  type Draft,
  documentOf,
  isChanged,
  listModeOf,
  NO_CHANGE,
  withAllowed,
  withListMode,
  withRules,
} from "./draft.ts";
import { ImpactBar } from "./impact-bar.tsx";
import { ListModeSwitch } from "./list-mode-switch.tsx";
import { PasteDialog, type PasteUse } from "./paste-dialog.tsx";
import { SaveDialog } from "./save-dialog.tsx";

const WorldMap = lazy(() => import("./world-map.tsx"));
const route = getRouteApi("/frame/channels/settings/business-messaging/safeguard/");

/** Which destinations get messages: what holds, what a change would have done, and saving it. */
export function DestinationsPage() {
  const { t } = useTranslation();
  const policy = usePolicy();
  const destinations = useDestinations();
  const { days = 30 } = route.useSearch();
  const impact = useImpact(policy.data?.latestRevision, days, undefined);
  const error = policy.error ?? destinations.error ?? impact.error;
  if (policy.data === undefined || destinations.data === undefined || impact.data === undefined) {
    return error === null ? (
      <Stack aria-busy="true" aria-label={t("loading")}>
        <Skeleton height={76} />
        <Skeleton height={360} />
        <Skeleton height={400} />
      </Stack>
    ) : (
      <Refusal error={error} />
    );
  }
  return <Loaded policy={policy.data} impact={impact.data} destinations={destinations.data} days={days} />;
}

interface LoadedProps {
  readonly policy: Policy;
  readonly impact: PolicyImpact;
  readonly destinations: NonNullable<ReturnType<typeof useDestinations>["data"]>;
  readonly days: ImpactDays;
}

function Loaded({ policy, impact, destinations, days }: LoadedProps) {
  const { t, i18n } = useTranslation();
  const { account } = useWorking();
  const { q = "", show = "all", sort = "name" } = route.useSearch();
  const navigate = route.useNavigate();
  const [draft, setDraft] = useState<Draft>(NO_CHANGE);
  const [open, setOpen] = useState<"save" | "paste">();
  const isReadOnly = !useMay("policies:write") || isKeptElsewhere(policy);
  const sayItIsSaved = useSavedNotice();
  const hasChanges = isChanged(draft);
  useAskBeforeLeaving(hasChanges);

  const document = useMemo(() => documentOf(policy, draft), [policy, draft]);
  const [asked, isLate] = useDebouncedDocument(document);
  const after = useImpact(policy.latestRevision, days, asked, hasChanges);
  const isFresh = hasChanges && !isLate && after.data !== undefined && !after.isPlaceholderData;
  const counted = isFresh ? after.data : undefined;

  const lines = useMemo(
    () => linesOf(destinations, policy, draft, impact, counted),
    [destinations, policy, draft, impact, counted],
  );
  const shown = useMemo(
    () =>
      sorted(
        lines.filter((line) => isShown(line, show, q)),
        sort,
        new Intl.Collator(i18n.language),
      ),
    [lines, show, q, sort, i18n.language],
  );
  const shownCodes = useMemo(() => new Set(shown.map(({ destination }) => destination.code)), [shown]);

  const allow = useCallback(
    (codes: readonly string[], isAllowed: boolean) => setDraft((now) => withAllowed(policy, now, codes, isAllowed)),
    [policy],
  );
  const act = useCallback(
    (code: string, action: DestinationAction) =>
      setDraft((now) =>
        // (a plain yes or no is said by the fewest rules)
        action === "block" || action === "filter"
          ? withActionOrNone(policy, now, code, action)
          : withRules(policy, now, [code], action),
      ),
    [policy],
  );
  const actions = new Map(lines.map((line) => [line.destination.code, line.action]));
  const toggle = (code: string): void => allow([code], actions.get(code) === "block");
  const search = (change: Partial<ReturnType<typeof route.useSearch>>): void => {
    void navigate({ search: (old) => ({ ...old, ...change }), replace: true, resetScroll: false });
  };
  const allowOnly = (codes: readonly string[]): void => {
    const wanted = new Set(codes);
    setDraft((now) => {
      const listed = withListMode(policy, now, "allow_list");
      const others = destinations.map(({ code }) => code).filter((code) => !wanted.has(code));
      return withAllowed(policy, withAllowed(policy, listed, codes, true), others, false);
    });
  };
  const paste = (codes: readonly string[], use: PasteUse): void => {
    setOpen(undefined);
    if (use === "only") allowOnly(codes);
    else allow(codes, use === "allow");
  };
  const exportCsv = (): void =>
    saveFile(
      `safeguard-destinations-${account.id}.csv`,
      csvOf(
        [
          "code",
          "name",
          "calling_code",
          "action",
          "because",
          "decided",
          "sent",
          "blocked",
          "verified",
          "verified_share",
          "spend",
          "incidents",
          "risk",
        ],
        shown.map((line) => [
          line.destination.code,
          line.destination.name,
          line.destination.callingCode,
          line.action,
          line.because,
          line.traffic?.decided,
          line.traffic?.billable,
          line.traffic?.blocked,
          line.traffic?.verified,
          verifiedShare(line),
          line.traffic?.spend.map(({ amount, currency }) => `${amount} ${currency}`).join(" + "),
          line.incidents,
          line.destination.risk?.sources.map(({ name }) => name).join("; "),
        ]),
      ),
      "text/csv",
    );
  const saved = (revision: PolicyRevision): void => {
    setOpen(undefined);
    setDraft(NO_CHANGE);
    sayItIsSaved(revision);
  };

  const map = (
    <div key="map">
      <Suspense fallback={<Skeleton height={0} pb="46.5%" />}>
        <WorldMap lines={lines} shown={shownCodes} isReadOnly={isReadOnly} days={days} onToggle={toggle} />
      </Suspense>
      <Legend />
    </div>
  );
  // What is looked for stands right below where it is typed: before the map.
  const table = (
    <Stack key="table" gap="md">
      <div>
        <Text size="sm" c="dimmed" aria-live="polite">
          {t("destinations.counted", {
            allowed: lines.filter(({ action }) => action !== "block").length,
            count: lines.length,
            shown: shown.length,
          })}
        </Text>
        <Text size="sm" c="dimmed">
          <Badge size="xs" variant="light" color="orange" c="bright" component="span">
            {t("destinations.risk")}
          </Badge>{" "}
          {t("destinations.riskMeans")}
        </Text>
      </div>
      {shown.length === 0 ? (
        <Text>{t("destinations.noneFound")}</Text>
      ) : (
        <DestinationTable
          lines={shown}
          isPart={shown.length < lines.length}
          sort={sort}
          days={days}
          isReadOnly={isReadOnly}
          onSort={(chosen: Sort) => search({ sort: chosen === "name" ? undefined : chosen })}
          onAllow={allow}
          onAction={act}
        />
      )}
    </Stack>
  );

  return (
    <Stack gap="md">
      <VisuallyHidden>
        <Title order={2}>{t("safeguard.tab.destinations")}</Title>
      </VisuallyHidden>
      <ListModeSwitch
        value={listModeOf(policy, draft)}
        isReadOnly={isReadOnly}
        onChange={(mode) => setDraft((now) => withListMode(policy, now, mode))}
      />
      <Group align="flex-end" gap="xs">
        <TextInput
          size="sm"
          flex={1}
          miw={180}
          type="search"
          label={t("destinations.search")}
          placeholder={t("destinations.searchExample")}
          value={q}
          onChange={(event) => search({ q: event.currentTarget.value || undefined })}
        />
        <Select
          size="sm"
          w={170}
          label={t("destinations.show")}
          allowDeselect={false}
          value={show}
          data={SHOWN.map((value) => ({ value, label: t(`destinations.shown.${value}`) }))}
          onChange={(value) => search({ show: SHOWN.find((one) => one === value && one !== "all") })}
        />
        {!isReadOnly && (
          <>
            <Presets policy={policy} destinations={destinations} setDraft={setDraft} allowOnly={allowOnly} />
            <Button size="sm" variant="default" onClick={() => setOpen("paste")}>
              {t("destinations.paste.name")}
            </Button>
          </>
        )}
        <Button size="sm" variant="default" onClick={exportCsv}>
          {t("destinations.csv")}
        </Button>
      </Group>
      {q === "" ? [map, table] : [table, map]}
      {hasChanges && (
        <ImpactBar
          changes={draft.rules.size + (draft.listMode === undefined ? 0 : 1)}
          impact={counted}
          days={days}
          onDays={(chosen) => search({ days: chosen === 30 ? undefined : chosen })}
          onDiscard={() => setDraft(NO_CHANGE)}
          onReview={() => setOpen("save")}
        />
      )}
      <Refusal error={after.error} />
      {open === "save" && (
        <SaveDialog
          policy={policy}
          draft={draft}
          document={document}
          lines={lines}
          impact={counted}
          onSaved={saved}
          onClose={() => setOpen(undefined)}
        />
      )}
      {open === "paste" && <PasteDialog destinations={destinations} onUse={paste} onClose={() => setOpen(undefined)} />}
    </Stack>
  );
}

/** The document as it stood a moment ago, and whether it is another now: not each press is asked about. */
function useDebouncedDocument<T>(document: T): readonly [asked: T, isLate: boolean] {
  const [asked] = useDebouncedValue(document, 200);
  return [asked, asked !== document];
}

function withActionOrNone(policy: Policy, draft: Draft, code: string, action: "block" | "filter"): Draft {
  const saved = policy.document.destinations?.[code]?.action;
  if (saved === action) return withRules(policy, draft, [code], action);
  // A rule that lets pass in another way (monitor, allow) is to be replaced, not kept.
  if (action === "filter" && saved !== undefined && saved !== "block") return withRules(policy, draft, [code], action);
  return withAllowed(policy, draft, [code], action === "filter");
}

interface PresetsProps {
  readonly policy: Policy;
  readonly destinations: LoadedProps["destinations"];
  setDraft(change: (now: Draft) => Draft): void;
  allowOnly(codes: readonly string[]): void;
}

/** Common changes that follow from the account's own traffic. Like any other, they are saved only after a look. */
function Presets({ policy, destinations, setDraft, allowOnly }: PresetsProps) {
  const { t } = useTranslation();
  const { server } = useWorking();
  const verifiedIn90 = async (): Promise<ReadonlySet<string>> => {
    const { destinations: past } = await server.policies.impact(POLICY, { days: 90 });
    return new Set(past.filter(({ traffic }) => (traffic?.verified ?? 0) > 0).map(({ code }) => code));
  };
  const marked = destinations.filter(({ risk, mark }) => risk !== null || mark !== null).map(({ code }) => code);
  const dear = destinations.filter(({ kind, mark }) => kind === "non_geographic" || mark !== null);
  const block = (codes: readonly string[]): void => setDraft((now) => withAllowed(policy, now, codes, false));
  const preset = useMutation({
    mutationFn: async (name: "verified" | "marked" | "dear"): Promise<void> => {
      if (name === "dear") return block(dear.map(({ code }) => code));
      const verified = await verifiedIn90();
      if (name === "marked") return block(marked.filter((code) => !verified.has(code)));
      if (verified.size > 0) return allowOnly([...verified]);
      notifications.show({
        color: "yellow",
        title: t("destinations.preset.none"),
        message: t("destinations.preset.noneText"),
      });
    },
    onError: (error) => notifications.show({ color: "red", title: t("refused"), message: error.message }),
  });
  return (
    <Menu shadow="md" width={320}>
      <Menu.Target>
        <Button size="sm" variant="default" loading={preset.isPending}>
          {t("destinations.preset.name")}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {(["verified", "marked", "dear"] as const).map((name) => (
          <Menu.Item key={name} onClick={() => preset.mutate(name)}>
            {t(`destinations.preset.${name}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

/** The colours and patterns of the map. */
function Legend() {
  const { t } = useTranslation();
  return (
    <Group gap="md" mt={4} role="list" aria-label={t("destinations.legend")}>
      {(["filter", "monitor", "allow", "block"] as const).map((action) => (
        <Group key={action} gap={6} role="listitem">
          <svg className="world legend" viewBox="0 0 18 12" aria-hidden="true">
            <rect className="place" data-action={action} width="18" height="12" rx="2" />
          </svg>
          <Text size="xs">{t(`destinations.action.${action}`)}</Text>
        </Group>
      ))}
      <Group gap={6} role="listitem">
        <svg className="world legend" viewBox="0 0 18 12" aria-hidden="true">
          <rect className="place" data-action="filter" data-changed="true" x="1" y="1" width="16" height="10" rx="2" />
        </svg>
        <Text size="xs">{t("destinations.shown.changed")}</Text>
      </Group>
    </Group>
  );
}
