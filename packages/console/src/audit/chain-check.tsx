import { Alert, Button, Card, Code, CopyButton, Group, Stack, Text, TextInput, Title } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useWorking } from "../session/session.ts";
import { useFormat } from "../shared/format.ts";
import { Refusal } from "../shared/refusal.tsx";
import type { AuditVerification } from "./audit-types.ts";

/** Has the server prove that nothing of the trail was altered, and says what that means. */
export function ChainCheck() {
  const { t } = useTranslation();
  const { server } = useWorking();
  const [expected, setExpected] = useState("");
  const [isComparing, setIsComparing] = useState(false);
  const check = useMutation({
    mutationFn: () => {
      const expect = expected.trim();
      return server.call<AuditVerification>({
        method: "GET",
        path: "/v1/audit/verify",
        ...(isComparing && expect !== "" && { query: { expect } }),
      });
    },
  });
  return (
    <Card withBorder component="section" aria-labelledby="chain" mb="md">
      <Stack gap="sm">
        <Group justify="space-between" align="flex-start" gap="sm">
          <div style={{ flex: "1 1 280px", maxWidth: 720 }}>
            <Title order={2} size="h5" id="chain">
              {t("audit.chain.title")}
            </Title>
            <Text size="sm">{t("audit.chain.text")}</Text>
          </div>
          <Group gap="xs">
            <Button variant="subtle" aria-expanded={isComparing} onClick={() => setIsComparing((before) => !before)}>
              {t("audit.chain.compare")}
            </Button>
            <Button variant="default" loading={check.isPending} onClick={() => check.mutate()}>
              {t("audit.chain.check")}
            </Button>
          </Group>
        </Group>
        {isComparing && (
          <TextInput
            label={t("audit.chain.expect")}
            description={t("audit.chain.expectText")}
            placeholder="128:9f2c…"
            value={expected}
            onChange={(event) => setExpected(event.currentTarget.value)}
          />
        )}
        <Refusal error={check.error} />
        <div role="status">{check.data !== undefined && <Outcome found={check.data} />}</div>
      </Stack>
    </Card>
  );
}

function Outcome({ found }: { readonly found: AuditVerification }) {
  const { t } = useTranslation();
  const { count } = useFormat();
  const { ok, rows, withoutContent, head, brokenAt, problem } = found;
  if (!ok) {
    return (
      <Alert color="red" variant="light" title={t("audit.chain.broken", { row: brokenAt })}>
        <Text size="sm" mb={4}>
          {t("audit.chain.problem", { problem })}
        </Text>
        <Text size="sm" mb={4}>
          {t("audit.chain.meaning", { before: Number(brokenAt) - 1 })}
        </Text>
        <Text size="sm">{t("audit.chain.doNow")}</Text>
      </Alert>
    );
  }
  const noted = head === null ? "" : `${head.number}:${head.hash}`;
  return (
    <Alert color="teal" variant="light" title={t("audit.chain.good", { count: rows, formatted: count(rows) })}>
      <Text size="sm">
        {t("audit.chain.goodText")}
        {withoutContent > 0 &&
          ` ${t("audit.chain.erased", { count: withoutContent, formatted: count(withoutContent) })}`}
      </Text>
      {head !== null && (
        <Group gap="xs" mt={6} align="center">
          <Text size="sm">{t("audit.chain.head")}</Text>
          <Code style={{ overflowWrap: "anywhere" }}>{noted}</Code>
          <CopyButton value={noted}>
            {({ copied, copy }) => (
              <Button size="compact-xs" variant="default" onClick={copy}>
                {t(copied ? "copied" : "copy")}
              </Button>
            )}
          </CopyButton>
        </Group>
      )}
    </Alert>
  );
}
