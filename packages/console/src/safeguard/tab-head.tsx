import { Group, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";

export interface TabHeadProps {
  /** Of the title, for what it names. */
  readonly id: string;
  readonly title: string;
  readonly text: string;
  /** What can be done with all of it. */
  readonly children?: ReactNode;
}

/** How the page of a tab begins: what it is, in a line or two, and what can be done. */
export function TabHead({ id, title, text, children }: TabHeadProps) {
  return (
    <Group justify="space-between" align="flex-end" gap="xs" mb="sm">
      <div>
        <Title order={2} size="h4" id={id}>
          {title}
        </Title>
        <Text size="sm" c="dimmed" maw={680}>
          {text}
        </Text>
      </div>
      <Group gap="xs">{children}</Group>
    </Group>
  );
}
