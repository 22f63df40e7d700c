import {
  Button,
  Checkbox,
  Fieldset,
  Group,
  MultiSelect,
  NativeSelect,
  NumberInput,
  SegmentedControl,
  Stack,
  TagsInput,
  Text,
  TextInput,
} from "@mantine/core";
import type { Ceiling, CeilingSubject, Destination, Purpose } from "@safeguard/client";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "../../session/session.ts";
import { Dialog } from "../../shared/dialog.tsx";
import { useClearSight } from "../saving/use-clear-sight.ts";
import { FITTING_SUBJECTS, freeName, isCeilingName, KEY_NAME, SUBJECTS, WINDOWS, windowParts } from "./ceilings.ts";
import { FittingLimit } from "./fitting-limit.tsx";
import { useCeilingWords } from "./use-ceiling-words.ts";

const PURPOSES: readonly Purpose[] = ["otp", "notification", "marketing"];
const PREFIX = /^\+[1-9]\d{0,14}$/;
const MOST = 1_000_000_000;

export interface CeilingDialogProps {
  /** What it begins with. */
  readonly ceiling: Partial<Ceiling>;
  /** There is one of this name that is changed; undefined: it is a new one. */
  readonly name: string | undefined;
  readonly taken: ReadonlySet<string>;
  readonly destinations: readonly Destination[];
  readonly currency: string;
  onUse(ceiling: Ceiling): void;
  onClose(): void;
}

/** One ceiling, with the height that fits the account's own past. */
export function CeilingDialog(props: CeilingDialogProps) {
  const { ceiling: before, taken, destinations, onUse, onClose } = props;
  const { t } = useTranslation();
  useClearSight();
  const { sentence } = useCeilingWords();
  const mayRead = useMay("usage:read");
  const [per, setPer] = useState<CeilingSubject>(before.per ?? "account");
  const [window, setWindow] = useState(before.window ?? "hour");
  const [isOther, setIsOther] = useState(!WINDOWS.some((one) => one === window));
  const [unit, setUnit] = useState<"messages" | "money">(before.money === undefined ? "messages" : "money");
  const [most, setMost] = useState<number | undefined>(before.messages ?? before.money?.amount);
  const [currency, setCurrency] = useState(before.money?.currency ?? props.currency);
  const [name, setName] = useState(before.name);
  const [only, setOnly] = useState<readonly string[]>(before.destinations ?? []);
  const [prefixes, setPrefixes] = useState<readonly string[]>(before.prefixes ?? []);
  const [purposes, setPurposes] = useState<readonly Purpose[]>(before.purposes ?? []);
  const [isUnproven, setIsUnproven] = useState(before.numbers === "unproven");
  const [digits, setDigits] = useState<number>(before.digits ?? 4);
  const [key, setKey] = useState(before.key ?? "user");
  const [note, setNote] = useState(before.note ?? "");

  const others = new Set([...taken].filter((one) => one !== props.name));
  const itsName = name ?? freeName(per, window, others);
  const nameProblem = !isCeilingName(itsName) ? "name" : others.has(itsName) ? "taken" : undefined;
  const isWindow = windowParts(window) !== undefined;
  const isCurrency = unit === "messages" || /^[A-Z]{3}$/.test(currency);
  const wrongPrefix = prefixes.find((prefix) => !PREFIX.test(prefix));
  const isKey = per !== "key" || KEY_NAME.test(key);
  const isReady =
    nameProblem === undefined && isWindow && isCurrency && isKey && most !== undefined && wrongPrefix === undefined;
  const made: Ceiling = {
    name: itsName,
    ...(per !== "account" && { per }),
    window,
    ...(unit === "messages" ? { messages: most ?? 0 } : { money: { amount: most ?? 0, currency } }),
    ...(only.length > 0 && { destinations: only }),
    ...(prefixes.length > 0 && { prefixes }),
    ...(purposes.length > 0 && { purposes }),
    ...(isUnproven && { numbers: "unproven" as const }),
    ...(per === "range" && { digits }),
    ...(per === "key" && { key }),
    ...(note.trim() !== "" && { note: note.trim() }),
  };
  return (
    <Dialog
      opened
      onClose={onClose}
      size="xl"
      title={t(props.name === undefined ? "limits.add" : "limits.edit")}
      closeButtonProps={{ "aria-label": t("close") }}
    >
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (isReady) onUse(made);
        }}
      >
        <Stack gap="sm">
          <Group grow align="flex-start" preventGrowOverflow={false}>
            <NativeSelect
              label={t("limits.per.label")}
              miw={220}
              value={per}
              data={SUBJECTS.map((value) => ({ value, label: t(`limits.per.${value}`) }))}
              onChange={(event) => setPer(SUBJECTS.find((one) => one === event.currentTarget.value) ?? per)}
            />
            <NativeSelect
              label={t("limits.window.label")}
              value={isOther ? "other" : window}
              data={[
                ...WINDOWS.map((value) => ({ value, label: t(`limits.window.${value.replace(" ", "_")}`) })),
                { value: "other", label: t("limits.window.other") },
              ]}
              onChange={({ currentTarget: { value } }) => {
                setIsOther(value === "other");
                if (value !== "other") setWindow(value);
              }}
            />
            {isOther && (
              <TextInput
                label={t("limits.window.otherLabel")}
                value={window}
                error={!isWindow && t("limits.problem.window")}
                onChange={(event) => setWindow(event.currentTarget.value)}
              />
            )}
            {per === "range" && (
              <NumberInput
                label={t("limits.digits")}
                min={1}
                max={9}
                allowDecimal={false}
                clampBehavior="strict"
                value={digits}
                onChange={(value) => setDigits(Number(value) || 1)}
              />
            )}
            {per === "key" && (
              <TextInput
                label={t("limits.key")}
                value={key}
                error={!isKey && t("limits.problem.name")}
                onChange={(event) => setKey(event.currentTarget.value)}
              />
            )}
          </Group>
          <Group align="flex-end" gap="xs">
            <SegmentedControl
              aria-label={t("limits.unit.label")}
              value={unit}
              data={(["messages", "money"] as const).map((value) => ({ value, label: t(`limits.unit.${value}`) }))}
              onChange={(value) => setUnit(value === "money" ? "money" : "messages")}
            />
            <NumberInput
              label={t("limits.most")}
              required
              data-autofocus
              min={0}
              max={MOST}
              allowNegative={false}
              allowDecimal={unit === "money"}
              thousandSeparator=" "
              w={170}
              value={most ?? ""}
              onChange={(value) => setMost(value === "" ? undefined : Number(value))}
            />
            {unit === "money" && (
              <TextInput
                label={t("limits.currency")}
                w={90}
                maxLength={3}
                value={currency}
                error={!isCurrency && t("limits.problem.currency")}
                onChange={(event) => setCurrency(event.currentTarget.value.toUpperCase())}
              />
            )}
          </Group>
          {unit === "money" && <Text size="sm">{t("limits.moneyText", { currency })}</Text>}
          {mayRead && isWindow && isCurrency && FITTING_SUBJECTS.includes(per) ? (
            <FittingLimit
              per={per}
              window={window}
              digits={per === "range" ? digits : undefined}
              currency={unit === "money" ? currency : undefined}
              destination={only.length === 1 ? only[0] : undefined}
              most={most}
              onUse={setMost}
            />
          ) : (
            <Text size="sm" c="dimmed">
              {t("limits.fitting.cannot")}
            </Text>
          )}
          <Fieldset legend={t("limits.only")}>
            <Stack gap="xs">
              <Checkbox
                label={t("limits.unproven")}
                description={t("limits.unprovenText")}
                checked={isUnproven}
                onChange={(event) => setIsUnproven(event.currentTarget.checked)}
              />
              <MultiSelect
                label={t("limits.destinations")}
                searchable
                limit={50}
                data={destinations.map(({ code, name: label }) => ({ value: code, label: `${label} (${code})` }))}
                value={[...only]}
                onChange={setOnly}
              />
              <Group grow align="flex-start">
                <MultiSelect
                  label={t("limits.purposes")}
                  data={PURPOSES.map((value) => ({ value, label: t(`ranges.purpose.${value}`) }))}
                  value={[...purposes]}
                  onChange={(chosen) => setPurposes(PURPOSES.filter((one) => chosen.includes(one)))}
                />
                <TagsInput
                  label={t("limits.prefixes")}
                  value={[...prefixes]}
                  error={wrongPrefix !== undefined && t("ranges.problem.prefix")}
                  onChange={setPrefixes}
                />
              </Group>
            </Stack>
          </Fieldset>
          <Group grow align="flex-start">
            <TextInput
              label={t("limits.name")}
              description={t("limits.nameText")}
              value={itsName}
              error={nameProblem && t(`limits.problem.${nameProblem}`)}
              onChange={(event) => setName(event.currentTarget.value)}
            />
            <TextInput
              label={t("ranges.note")}
              description={t("limits.noteText")}
              maxLength={500}
              value={note}
              onChange={(event) => setNote(event.currentTarget.value)}
            />
          </Group>
          {isReady && (
            <Text size="sm" fw={600} aria-live="polite">
              {sentence(made)}
            </Text>
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t("cancel")}
            </Button>
            <Button type="submit" disabled={!isReady}>
              {t("ranges.take")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
