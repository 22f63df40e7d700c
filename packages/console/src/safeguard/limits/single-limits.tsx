import { Card, Group, NumberInput, Radio, SimpleGrid, Stack, Text, TextInput, Title } from "@mantine/core";
import type { LimitSettings, PolicyDocument } from "@safeguard/client";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Edit } from "../saving/policy-edits.ts";
import { limitsEdit } from "./ceilings.ts";

export interface SingleLimitsProps {
  readonly document: PolicyDocument;
  readonly currency: string;
  readonly isReadOnly: boolean;
  onChange(key: string, edit: Edit): void;
}

/** Limits that there is one of: the price of a message, unanswered codes, and what holds without a price. */
export function SingleLimits({ document, currency, isReadOnly, onChange }: SingleLimitsProps) {
  const { t } = useTranslation();
  const { maximumPrice, unanswered, whenPriceUnknown } = document.limits ?? {};
  const [chosen, setChosen] = useState(maximumPrice?.currency ?? currency);
  const setPrice = (amount: number | undefined, of: string): void =>
    onChange(
      "limits.maximumPrice",
      limitsEdit("maximumPrice", amount === undefined ? undefined : { amount, currency: of }),
    );
  const setUnanswered = (field: "perHour" | "perDay", value: number | undefined): void => {
    const { [field]: _, ...other } = unanswered ?? {};
    onChange(
      "limits.unanswered",
      limitsEdit("unanswered", { ...other, ...(value !== undefined && { [field]: value }) }),
    );
  };
  return (
    <SimpleGrid cols={{ base: 1, md: 3 }} spacing="sm">
      <Card withBorder p="sm">
        <Title order={3} size="h5">
          {t("limits.price.title")}
        </Title>
        <Text size="sm" c="dimmed" mb="xs">
          {t("limits.price.text")}
        </Text>
        <Group gap="xs" align="flex-end">
          <NumberInput
            label={t("limits.price.most")}
            placeholder={t("limits.noLimit")}
            w={130}
            min={0}
            decimalScale={6}
            step={0.01}
            allowNegative={false}
            disabled={isReadOnly}
            value={maximumPrice?.amount ?? ""}
            onChange={(value) => setPrice(value === "" ? undefined : Number(value), chosen)}
          />
          <TextInput
            label={t("limits.currency")}
            w={80}
            maxLength={3}
            disabled={isReadOnly}
            value={chosen}
            error={!/^[A-Z]{3}$/.test(chosen) && t("limits.problem.currency")}
            onChange={({ currentTarget: { value } }) => {
              setChosen(value.toUpperCase());
              if (maximumPrice !== undefined) setPrice(maximumPrice.amount, value.toUpperCase());
            }}
          />
        </Group>
      </Card>
      <Card withBorder p="sm">
        <Title order={3} size="h5">
          {t("limits.unanswered.title")}
        </Title>
        <Text size="sm" c="dimmed" mb="xs">
          {t("limits.unanswered.text")}
        </Text>
        <Group gap="xs">
          {(
            [
              ["perHour", "5"],
              ["perDay", "10"],
            ] as const
          ).map(([field, usual]) => (
            <NumberInput
              key={field}
              label={t(`limits.unanswered.${field}`)}
              placeholder={t("limits.usual", { usual })}
              w={140}
              min={1}
              max={1000}
              allowDecimal={false}
              disabled={isReadOnly}
              value={unanswered?.[field] ?? ""}
              onChange={(value) => setUnanswered(field, value === "" ? undefined : Number(value))}
            />
          ))}
        </Group>
      </Card>
      <Card withBorder p="sm">
        <Title order={3} size="h5" id="price-unknown">
          {t("limits.unknown.title")}
        </Title>
        <Text size="sm" c="dimmed" mb="xs">
          {t("limits.unknown.text")}
        </Text>
        <Radio.Group
          aria-labelledby="price-unknown"
          value={whenPriceUnknown ?? "closed"}
          onChange={(value) => onChange("limits.whenPriceUnknown", limitsEdit("whenPriceUnknown", unknownOf(value)))}
        >
          <Stack gap={6}>
            {(["closed", "maximum_price"] as const).map((value) => (
              <Radio
                key={value}
                value={value}
                label={t(`limits.unknown.${value}`)}
                disabled={isReadOnly || (value === "maximum_price" && maximumPrice === undefined)}
              />
            ))}
          </Stack>
        </Radio.Group>
      </Card>
    </SimpleGrid>
  );
}

/** The default is what is not said. */
function unknownOf(value: string): LimitSettings["whenPriceUnknown"] {
  return value === "maximum_price" ? value : undefined;
}
