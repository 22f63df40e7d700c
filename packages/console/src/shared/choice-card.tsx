import { Group, Radio, Text } from "@mantine/core";

export interface ChoiceCardProps {
  readonly value: string;
  readonly name: string;
  readonly meaning: string;
  readonly isReadOnly?: boolean;
}

/** One of a few choices that a word does not explain: its name, and below it what it means. Stands in a `Radio.Group`. */
export function ChoiceCard({ value, name, meaning, isReadOnly = false }: ChoiceCardProps) {
  return (
    <Radio.Card
      value={value}
      p="sm"
      disabled={isReadOnly}
      aria-label={name}
      style={{ display: "flex", alignItems: "flex-start" }}
    >
      <Group component="span" gap="xs" wrap="nowrap" align="flex-start">
        <Radio.Indicator component="span" size="xs" mt={3} style={{ display: "inline-flex", flexShrink: 0 }} />
        <span>
          <Text component="span" display="block" fw={600} size="sm">
            {name}
          </Text>
          <Text component="span" display="block" size="sm" c="dimmed" mt={2}>
            {meaning}
          </Text>
        </span>
      </Group>
    </Radio.Card>
  );
}
