import { Button, Checkbox, Group, MultiSelect, NativeSelect, Radio, SimpleGrid, Stack, TextInput } from "@mantine/core";
import type { Channel, DestinationAction } from "@safeguard/client";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ChoiceCard } from "../../shared/choice-card.tsx";
import { Dialog } from "../../shared/dialog.tsx";
import { ACTIONS } from "../destinations/draft.ts";
import { useClearSight } from "../saving/use-clear-sight.ts";
import { endOf, localTime, type RangeUse, RULE_ENDS, type RuleEnd, readRangeInput } from "./range-input.ts";
import { RangeTraffic } from "./range-traffic.tsx";
import { keyOf, numbersOf, type Rule } from "./rules.ts";

const USES: readonly RangeUse[] = ["range", "barred", "trusted"];
const CHANNELS: readonly Channel[] = ["sms", "mms", "voice", "whatsapp", "rcs", "viber", "push", "other"];

export interface RuleDialogProps {
  /** undefined: a new one. */
  readonly rule: Rule | undefined;
  /** Keys of the rules that there are. */
  readonly taken: ReadonlySet<string>;
  onUse(rule: Rule): void;
  onClose(): void;
}

/** One rule for a range of numbers, checked while it is typed. */
export function RuleDialog({ rule, taken, onUse, onClose }: RuleDialogProps) {
  const { t } = useTranslation();
  useClearSight();
  const before = rule?.said;
  const [use, setUse] = useState<RangeUse>(
    rule === undefined ? "range" : rule.type === "range" ? "range" : rule.said.kind,
  );
  const [text, setText] = useState(rule === undefined ? "" : numbersOf(rule));
  const [action, setAction] = useState<DestinationAction>(rule?.type === "range" ? rule.said.action : "block");
  const [isEven, setIsEven] = useState(rule?.type === "exception" && rule.said.evenIfDestinationBlocked === true);
  const [end, setEnd] = useState<RuleEnd>(before?.until === undefined ? "open" : "at");
  const [endAt, setEndAt] = useState(before?.until === undefined ? "" : localTime(before.until));
  const [channels, setChannels] = useState<readonly Channel[]>(before?.channels ?? []);
  const [note, setNote] = useState(before?.note ?? "");
  const { range, problem, free } = readRangeInput(text, use);
  const needsEnd = use === "trusted" && free > 0;
  const until = endOf(end, endAt, Date.now());
  const isEndMissing = (needsEnd && end === "open") || (end === "at" && until === undefined);
  const made = range === undefined ? undefined : ruleOf(range);
  const isTaken = made !== undefined && taken.has(keyOf(made)) && (rule === undefined || keyOf(made) !== keyOf(rule));

  function ruleOf(numbers: string): Rule {
    const common = {
      ...(channels.length > 0 && { channels }),
      ...(until !== undefined && { until }),
      ...(note.trim() !== "" && { note: note.trim() }),
    };
    if (use === "range") return { type: "range", said: { prefix: numbers, action, ...common } };
    const even = use === "trusted" && isEven && { evenIfDestinationBlocked: true };
    return { type: "exception", said: { range: numbers, kind: use, ...even, ...common } };
  }

  return (
    <Dialog
      opened
      onClose={onClose}
      size="lg"
      title={t(rule === undefined ? "ranges.add" : "ranges.edit")}
      closeButtonProps={{ "aria-label": t("close") }}
    >
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (made !== undefined && !isTaken && !isEndMissing) onUse(made);
        }}
      >
        <Stack gap="sm">
          <Radio.Group
            label={t("ranges.use.label")}
            value={use}
            onChange={(value) => setUse(USES.find((one) => one === value) ?? use)}
          >
            <SimpleGrid cols={{ base: 1, sm: 3 }} spacing="xs" mt={4}>
              {USES.map((value) => (
                <ChoiceCard
                  key={value}
                  value={value}
                  name={t(`ranges.use.${value}.name`)}
                  meaning={t(`ranges.use.${value}.text`)}
                />
              ))}
            </SimpleGrid>
          </Radio.Group>
          <TextInput
            label={t(use === "range" ? "ranges.prefix" : "ranges.number")}
            description={t(use === "range" ? "ranges.prefixText" : "ranges.numberText")}
            placeholder={use === "range" ? "+31 653" : "+31 6 5312 34xx"}
            required
            data-autofocus
            inputMode="tel"
            autoComplete="off"
            value={text}
            error={isTaken ? t("ranges.problem.taken") : problem && t(`ranges.problem.${problem}`)}
            onChange={(event) => setText(event.currentTarget.value)}
          />
          {range !== undefined && <RangeTraffic range={range} />}
          {use === "range" && (
            <NativeSelect
              label={t("ranges.action")}
              value={action}
              data={ACTIONS.map((value) => ({ value, label: t(`destinations.action.${value}`) }))}
              onChange={(event) => setAction(ACTIONS.find((one) => one === event.currentTarget.value) ?? action)}
            />
          )}
          {use === "trusted" && (
            <Checkbox
              label={t("ranges.even")}
              description={t("ranges.evenText")}
              checked={isEven}
              onChange={(event) => setIsEven(event.currentTarget.checked)}
            />
          )}
          <Group grow align="flex-start" preventGrowOverflow={false}>
            <NativeSelect
              label={t("ranges.until")}
              value={end}
              {...(isEndMissing && end === "open" && { error: t("ranges.problem.end") })}
              data={RULE_ENDS.map((value) => ({ value, label: t(`ranges.ends.${value}`) }))}
              onChange={(event) => setEnd(RULE_ENDS.find((one) => one === event.currentTarget.value) ?? end)}
            />
            {end === "at" && (
              <TextInput
                type="datetime-local"
                label={t("destinations.save.endsAt")}
                required
                value={endAt}
                onChange={(event) => setEndAt(event.currentTarget.value)}
              />
            )}
          </Group>
          <MultiSelect
            label={t("ranges.channels")}
            {...(channels.length === 0 && { placeholder: t("ranges.channelsDefault") })}
            data={CHANNELS.map((value) => ({ value, label: t(`ranges.channel.${value}`) }))}
            value={[...channels]}
            onChange={(chosen) => setChannels(CHANNELS.filter((one) => chosen.includes(one)))}
          />
          <TextInput
            label={t("ranges.note")}
            maxLength={500}
            value={note}
            onChange={(event) => setNote(event.currentTarget.value)}
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t("cancel")}
            </Button>
            <Button type="submit" disabled={made === undefined || isTaken || isEndMissing}>
              {t("ranges.take")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
