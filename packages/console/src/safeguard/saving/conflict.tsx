import { Alert, Button, Group, Stack, Text } from "@mantine/core";
import type { SafeguardError } from "@safeguard/client";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useWorking } from "../../session/session.ts";
import { ChangeList, type Comparison } from "../history/change-list.tsx";
import { POLICY, useAuthorName } from "../use-policy.ts";

/** The latest revision, where somebody saved another in between. */
export function conflictOf(error: unknown): number | undefined {
  const { code, problems = [] } = (error ?? {}) as Partial<SafeguardError>;
  if (code !== "conflict") return undefined;
  const said = problems.find(({ field }) => field === "baseRevision")?.message.match(/\d+/)?.[0];
  return said === undefined ? undefined : Number(said);
}

/** Somebody saved in between: what, and how one's own changes go on top of it. */
export function Conflict({
  base,
  latest,
  onAgain,
}: {
  readonly base: number;
  readonly latest: number;
  readonly onAgain: () => void;
}) {
  const { t } = useTranslation();
  const { server } = useWorking();
  const nameOf = useAuthorName();
  const other = useQuery({ queryKey: ["revision", latest], queryFn: () => server.policies.revision(POLICY, latest) });
  const diff = useQuery({
    queryKey: ["conflict", base, latest],
    queryFn: () =>
      server.call<Comparison>({
        method: "GET",
        path: `/v1/policies/${POLICY}/diff`,
        query: { from: String(base), to: String(latest) },
      }),
  });
  return (
    <Alert color="yellow" variant="light" role="alert" title={t("destinations.conflict.title")}>
      <Stack gap="xs">
        {other.data !== undefined && (
          <Text size="sm">
            {t("destinations.conflict.text", {
              number: latest,
              author: nameOf(other.data.author),
              reason: other.data.reason,
            })}
          </Text>
        )}
        {diff.data !== undefined && <ChangeList comparison={diff.data} />}
        <Group>
          <Button size="xs" onClick={onAgain}>
            {t("destinations.conflict.again")}
          </Button>
        </Group>
      </Stack>
    </Alert>
  );
}
