import { Select, SimpleGrid } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { POLICY } from "../safeguard/use-policy.ts";
import { useWorking } from "../session/session.ts";
import type { TestedChoice } from "./backtest-types.ts";

const PRESETS = ["careful", "balanced", "strict"] as const;
type Preset = "own" | (typeof PRESETS)[number];

export interface PolicyChoice {
  /** `starting`, `in_force`, or the number of a revision. */
  readonly policy: string;
  readonly preset: Preset;
  /** The same, or `none`. */
  readonly compare: string;
  readonly comparePreset?: Preset;
}

/** As the server is asked; undefined: by none. */
export function testedOf(policy: string, preset: Preset = "own"): TestedChoice | undefined {
  const budget = preset === "own" ? {} : { preset };
  if (policy === "none") return undefined;
  if (policy === "starting") return { type: "starting", ...budget };
  if (policy === "in_force") return { type: "in_force", policy: POLICY, ...budget };
  return { type: "revision", policy: POLICY, number: Number(policy), ...budget };
}

/** By which policy a file is run, and which other it is compared with. */
export function ChosenPolicies({
  choice,
  onChange,
  accountName,
}: {
  readonly choice: PolicyChoice;
  readonly onChange: (choice: PolicyChoice) => void;
  readonly accountName: string;
}) {
  const { t } = useTranslation();
  const { server, account } = useWorking();
  const revisions = useQuery({
    queryKey: ["revisions", account.id, "for backtests"],
    queryFn: () => server.policies.revisions(POLICY, { limit: 50 }),
    retry: false,
  });
  const policies = [
    { value: "in_force", label: t("backtest.policy.inForce", { account: accountName }) },
    { value: "starting", label: t("backtest.policy.starting") },
    ...(revisions.data?.items ?? [])
      .filter(({ decides }) => !decides)
      .map(({ number, state, reason }) => ({
        value: String(number),
        label: t("backtest.policy.revision", {
          number,
          state: t(`backtest.policy.state.${state}`, { defaultValue: state }),
          reason: reason.slice(0, 60),
        }),
      })),
  ];
  const presets = [
    { value: "own", label: t("backtest.policy.own") },
    ...PRESETS.map((value) => ({ value, label: t(`detection.budget.${value}`) })),
  ];
  return (
    <SimpleGrid cols={{ base: 1, xs: 2 }} maw={720}>
      <Select
        label={t("backtest.policy.by")}
        description={t("backtest.policy.byText")}
        allowDeselect={false}
        data={policies}
        value={choice.policy}
        onChange={(policy) => policy !== null && onChange({ ...choice, policy })}
      />
      <Select
        label={t("backtest.policy.budget")}
        description={t("backtest.policy.budgetText")}
        allowDeselect={false}
        data={presets}
        value={choice.preset}
        onChange={(preset) => preset !== null && onChange({ ...choice, preset: preset as Preset })}
      />
      <Select
        label={t("backtest.policy.compare")}
        allowDeselect={false}
        data={[{ value: "none", label: t("backtest.policy.noCompare") }, ...policies]}
        value={choice.compare}
        onChange={(compare) => compare !== null && onChange({ ...choice, compare })}
      />
      {choice.compare !== "none" && (
        <Select
          label={t("backtest.policy.budget")}
          allowDeselect={false}
          data={presets}
          value={choice.comparePreset ?? "own"}
          onChange={(preset) => preset !== null && onChange({ ...choice, comparePreset: preset as Preset })}
        />
      )}
    </SimpleGrid>
  );
}
