import { Group, Title } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import type { ReactNode } from "react";

/** The page's name, and what can be done with all of it. */
export function PageHead({ title, children }: { readonly title: string; readonly children?: ReactNode }) {
  useDocumentTitle(`${title} · Safeguard`);
  return (
    <Group justify="space-between" align="center" gap="sm" mb="md">
      <Title order={1} size="h2">
        {title}
      </Title>
      <Group gap="xs" className="no-print">
        {children}
      </Group>
    </Group>
  );
}
