import { Group, Title } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import type { ReactNode } from "react";
import { PRODUCT, useBrand } from "../brand/brand-context.ts";

/** The page's name, and what can be done with all of it. */
export function PageHead({ title, children }: { readonly title: string; readonly children?: ReactNode }) {
  const brand = useBrand();
  useDocumentTitle(`${title} · ${brand?.name ?? PRODUCT}`);
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
