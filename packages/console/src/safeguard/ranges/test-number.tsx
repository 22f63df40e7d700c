import { Badge, Button, Group, List, NativeSelect, Paper, Stack, Text, TextInput, Title } from "@mantine/core";
import type { Finding, Verdict } from "@safeguard/client";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useWorking } from "../../session/session.ts";
import { useFormat } from "../../shared/format.ts";
import { Refusal } from "../../shared/refusal.tsx";
import { type Check, checksOf, groundOf } from "./checks-of.ts";

const PURPOSES = ["otp", "notification", "marketing"] as const;
const COLOURS = { allow: "teal", hold: "yellow", challenge: "yellow", block: "red" } as const;

type Preview = Verdict & { readonly to: string };

/** What would be decided on a message to a number now, check by check. Nothing is sent or counted. */
export function TestNumber() {
  const { t } = useTranslation();
  const { server } = useWorking();
  const [to, setTo] = useState("");
  const [purpose, setPurpose] = useState<(typeof PURPOSES)[number]>("otp");
  const test = useMutation({
    mutationFn: () =>
      server.call<Preview>({ method: "POST", path: "/v1/detection/preview", body: { to: to.trim(), purpose } }),
  });
  const { data } = test;
  return (
    <Paper withBorder p="md" component="section" aria-labelledby="test-number">
      <Title order={2} size="h4" id="test-number">
        {t("ranges.test.title")}
      </Title>
      <Text size="sm" c="dimmed" mb="xs">
        {t("ranges.test.text")}
      </Text>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          test.mutate();
        }}
      >
        <Group align="flex-end" gap="xs">
          <TextInput
            label={t("ranges.test.number")}
            placeholder="+31612345678"
            inputMode="tel"
            autoComplete="off"
            flex={1}
            miw={170}
            maw={280}
            value={to}
            onChange={(event) => setTo(event.currentTarget.value)}
          />
          <NativeSelect
            label={t("ranges.test.purpose")}
            w={160}
            value={purpose}
            data={PURPOSES.map((value) => ({ value, label: t(`ranges.purpose.${value}`) }))}
            onChange={(event) => setPurpose(PURPOSES.find((one) => one === event.currentTarget.value) ?? purpose)}
          />
          <Button type="submit" variant="default" loading={test.isPending} disabled={to.trim() === ""}>
            {t("ranges.test.go")}
          </Button>
        </Group>
      </form>
      <Stack gap="xs" mt={data === undefined && test.error === null ? 0 : "sm"} aria-live="polite">
        <Refusal error={test.error} />
        {data !== undefined && (
          <>
            <Group gap="xs">
              <Badge color={COLOURS[data.action]} variant="light" c="bright">
                {t(`ranges.test.action.${data.action}`)}
              </Badge>
              <Text size="sm" fw={600} className="break">
                <span className="numbers">{data.to}</span>: {data.sentence}
              </Text>
            </Group>
            <List type="ordered" size="sm" spacing={4} data-testid="checks">
              {checksOf(data).map((check) => (
                <List.Item key={check.name}>
                  <CheckWords check={check} verdict={data} />
                </List.Item>
              ))}
            </List>
          </>
        )}
      </Stack>
    </Paper>
  );
}

function CheckWords({ check, verdict }: { readonly check: Check; readonly verdict: Verdict }) {
  const { t } = useTranslation();
  const { place } = useFormat();
  const words = (finding: Finding): string => {
    if (finding.type !== "policy")
      return finding.reason === verdict.reason
        ? verdict.sentence
        : t(`ranges.finding.${finding.type}`, { reason: finding.reason });
    const ground = groundOf(finding);
    const who = finding.level > 0 ? ` ${t("ranges.finding.above")}` : "";
    const { destination = "" } = ground;
    return (
      t(`ranges.finding.${ground.type}`, {
        ...ground,
        destination: place(destination),
        action: t(`destinations.action.${finding.action}`),
      }) + who
    );
  };
  return (
    <Text size="sm" {...(!check.isAsked && { c: "dimmed" })}>
      <strong>{t(`ranges.check.${check.name}`)}</strong>{" "}
      {!check.isAsked
        ? t("ranges.check.notAsked")
        : check.findings.length === 0
          ? t("ranges.check.nothing")
          : check.findings.map(words).join(" ")}
      {check.decides && (
        <Badge size="xs" variant="outline" color="gray" c="bright" ml={6}>
          {t("ranges.check.decides")}
        </Badge>
      )}
    </Text>
  );
}
