import { Card, Group, Text, Title } from "@mantine/core";
import { type ReactNode, useId } from "react";

/** A part of a page of settings: its name, what it is for, and what can be done with it. */
export function Section({
  title,
  text,
  acts,
  children,
}: {
  readonly title: string;
  readonly text?: ReactNode;
  readonly acts?: ReactNode;
  readonly children?: ReactNode;
}) {
  const id = useId();
  return (
    <Card withBorder p="md" component="section" aria-labelledby={id}>
      <Group justify="space-between" align="flex-start" gap="sm">
        <div style={{ flex: "1 1 260px" }}>
          <Title order={2} size="h4" id={id}>
            {title}
          </Title>
          {text !== undefined && (
            <Text size="sm" component="div" maw={640} mt={4}>
              {text}
            </Text>
          )}
        </div>
        {acts !== undefined && <Group gap="xs">{acts}</Group>}
      </Group>
      {children}
    </Card>
  );
}
