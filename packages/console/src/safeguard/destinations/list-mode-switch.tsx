import { Radio, SimpleGrid, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { LIST_MODES, type ListMode } from "./draft.ts";

export interface ListModeSwitchProps {
  readonly value: ListMode;
  readonly isReadOnly: boolean;
  onChange(mode: ListMode): void;
}

/** Allow all | Block list | Allow list, each with what it means. */
export function ListModeSwitch({ value, isReadOnly, onChange }: ListModeSwitchProps) {
  const { t } = useTranslation();
  return (
    <Radio.Group
      value={value}
      onChange={(mode) => onChange(LIST_MODES.find((one) => one === mode) ?? value)}
      aria-label={t("destinations.mode.name")}
    >
      <SimpleGrid cols={{ base: 1, sm: 3 }} spacing="xs">
        {LIST_MODES.map((mode) => (
          <Radio.Card
            key={mode}
            value={mode}
            p="sm"
            disabled={isReadOnly}
            aria-label={t(`destinations.mode.${mode}.name`)}
          >
            <Text fw={600} size="sm">
              <Radio.Indicator
                component="span"
                size="xs"
                mr={8}
                style={{ display: "inline-flex", verticalAlign: "-4px" }}
              />
              {t(`destinations.mode.${mode}.name`)}
            </Text>
            <Text size="sm" c="dimmed" mt={2}>
              {t(`destinations.mode.${mode}.meaning`)}
            </Text>
          </Radio.Card>
        ))}
      </SimpleGrid>
    </Radio.Group>
  );
}
