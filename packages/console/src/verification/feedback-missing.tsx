import { Alert, Button, Code, CopyButton, Tabs, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { KEYS } from "../keys/keys-search.ts";
import { useWorking } from "../session/session.ts";
import { useFormat } from "../shared/format.ts";
import { LIVE_MS } from "../shared/live.ts";
import { RouteLink } from "../shared/route-link.tsx";
import { mendingSnippets } from "./mending.ts";

/** Nobody says what becomes of codes: what that means, and the lines that mend it. */
export function FeedbackMissing({ isEmpty }: { readonly isEmpty: boolean }) {
  const { t } = useTranslation();
  const { since } = useFormat();
  const { server, account } = useWorking();
  const status = useQuery({
    queryKey: ["detection", account.id],
    queryFn: () => server.detection.status(),
    refetchInterval: LIVE_MS,
  });
  const own = useQuery({
    queryKey: ["account", account.id],
    queryFn: () => server.call<{ readonly twilioSid?: string }>({ method: "GET", path: `/v1/accounts/${account.id}` }),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  const latest = useQuery({
    queryKey: ["messages", account.id, "latest one"],
    queryFn: () => server.messages.list({ limit: 1 }),
    retry: false,
  });
  const feedback = status.data?.feedback;
  if (feedback === undefined) return null;
  if (feedback.state === "reported" && !isEmpty) {
    return (
      <Text size="sm" mb="md" data-testid="feedback">
        {t("verification.reported", {
          since: feedback.lastVerifiedAt === null ? "–" : since(feedback.lastVerifiedAt, Date.now()),
        })}
      </Text>
    );
  }
  const snippets = mendingSnippets({
    url: window.location.origin,
    sid: own.data?.twilioSid ?? "AC…",
    message: latest.data?.items[0]?.id ?? "msg_…",
  });
  const isMissing = feedback.state === "missing";
  return (
    <Alert
      color={isMissing ? "yellow" : "gray"}
      variant="light"
      mb="lg"
      title={t(isMissing ? "verification.missing" : "verification.unknown")}
      data-testid="feedback"
    >
      <Text size="sm" maw={760}>
        {t("verification.missingText")}
      </Text>
      <Tabs defaultValue="curl" mt="sm" keepMounted={false}>
        <Tabs.List>
          {snippets.map(({ name }) => (
            <Tabs.Tab key={name} value={name}>
              {t(`verification.snippet.${name}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {snippets.map(({ name, code }) => (
          <Tabs.Panel key={name} value={name} pt="sm">
            <Code block tabIndex={0} aria-label={t(`verification.snippet.${name}`)}>
              {code}
            </Code>
            <CopyButton value={code}>
              {({ copied, copy }) => (
                <Button variant="default" size="compact-sm" mt="xs" onClick={copy}>
                  {t(copied ? "copied" : "copy")}
                </Button>
              )}
            </CopyButton>
          </Tabs.Panel>
        ))}
      </Tabs>
      <Text size="sm" mt="sm">
        {t("verification.secrets")}{" "}
        <RouteLink to={KEYS} size="sm" underline="always">
          {t("navigation.keys")}
        </RouteLink>
      </Text>
    </Alert>
  );
}
