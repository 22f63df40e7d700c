import { Radio, SimpleGrid } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { ChoiceCard } from "../../shared/choice-card.tsx";
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
          <ChoiceCard
            key={mode}
            value={mode}
            name={t(`destinations.mode.${mode}.name`)}
            meaning={t(`destinations.mode.${mode}.meaning`)}
            isReadOnly={isReadOnly}
          />
        ))}
      </SimpleGrid>
    </Radio.Group>
  );
}
