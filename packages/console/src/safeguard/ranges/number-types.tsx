import { NativeSelect, SimpleGrid, Text, Title } from "@mantine/core";
import type { Policy, PolicyDocument } from "@safeguard/client";
import { useTranslation } from "react-i18next";
import { type Edit, withField } from "../saving/policy-edits.ts";

export const NUMBER_TYPES = [
  "mobile",
  "fixed",
  "fixed_or_mobile",
  "voip",
  "premium",
  "shared_cost",
  "toll_free",
  "personal",
  "pager",
  "uan",
  "global_service",
  "unknown",
] as const;
type NumberType = (typeof NUMBER_TYPES)[number];

export interface NumberTypesProps {
  readonly policy: Policy;
  readonly document: PolicyDocument;
  readonly isReadOnly: boolean;
  onChange(key: string, edit: Edit): void;
}

/** Kinds of line that are blocked wherever they are. What is not said comes from above, or the defaults. */
export function NumberTypes({ policy, document, isReadOnly, onChange }: NumberTypesProps) {
  const { t } = useTranslation();
  return (
    <section aria-labelledby="number-types">
      <Title order={2} size="h4" id="number-types">
        {t("ranges.types.title")}
      </Title>
      <Text size="sm" c="dimmed" mb="xs">
        {t("ranges.types.text")}
      </Text>
      <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }} spacing="xs">
        {NUMBER_TYPES.map((type) => (
          <NativeSelect
            key={type}
            size="xs"
            label={t(`ranges.types.${type}`)}
            value={document.numberTypes?.[type] ?? ""}
            disabled={isReadOnly}
            data={[
              { value: "", label: t("ranges.types.unsaid", { action: t(`ranges.types.${inherited(policy, type)}`) }) },
              { value: "block", label: t("ranges.types.block") },
              { value: "allow", label: t("ranges.types.allow") },
            ]}
            onChange={(event) => onChange(`numberTypes.${type}`, typeEdit(type, event.currentTarget.value))}
          />
        ))}
      </SimpleGrid>
    </section>
  );
}

/** What holds where the account says nothing: the nearest above, else that premium numbers are blocked. */
function inherited({ above }: Policy, type: NumberType): "block" | "allow" {
  const said = above.find(({ document }) => document.numberTypes?.[type] !== undefined)?.document.numberTypes?.[type];
  return said ?? (type === "premium" ? "block" : "allow");
}

function typeEdit(type: NumberType, said: string): Edit {
  return (document) =>
    withField(
      document,
      "numberTypes",
      withField<Readonly<Record<string, "block" | "allow">>, string>(
        document.numberTypes ?? {},
        type,
        said === "block" || said === "allow" ? said : undefined,
      ),
    );
}
