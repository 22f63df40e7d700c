import { Button, Card, Skeleton, Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

/** Where rows will be. */
export function LoadingRows({ height }: { readonly height: number }) {
  const { t } = useTranslation();
  return (
    <Stack aria-busy="true" aria-label={t("loading")}>
      {[1, 2, 3].map((row) => (
        <Skeleton key={row} height={height} />
      ))}
    </Stack>
  );
}

/** In the place of a list: what will stand there, and what brings it. */
export function EmptyList({
  title,
  text,
  children,
}: {
  readonly title: string;
  readonly text: ReactNode;
  readonly children?: ReactNode;
}) {
  return (
    <Card withBorder p="xl">
      <Text fw={600}>{title}</Text>
      <Text size="sm" mt={4} maw={640}>
        {text}
      </Text>
      {children}
    </Card>
  );
}

/** Below a list of which there is more. */
export function MoreButton({
  list,
}: {
  readonly list: {
    readonly hasNextPage: boolean;
    readonly isFetchingNextPage: boolean;
    fetchNextPage(): Promise<unknown>;
  };
}) {
  const { t } = useTranslation();
  if (!list.hasNextPage) return null;
  return (
    <Button mt="md" variant="default" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
      {t("incidents.more")}
    </Button>
  );
}
