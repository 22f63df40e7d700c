import { Alert, Anchor, Card, SegmentedControl, SimpleGrid, Stack, Text, ThemeIcon, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { LockdownBanner } from "../lockdown/lockdown-banner.tsx";
import { LockdownButton } from "../lockdown/lockdown-button.tsx";
import { useDetection } from "../lockdown/use-detection.ts";
import { useSignInState, useWorking } from "../session/session.ts";
import { LIVE_MS } from "../shared/live.ts";
import { PageHead } from "../shared/page-head.tsx";
import { RouteLink } from "../shared/route-link.tsx";
import { FirstMessage } from "./first-message.tsx";
import { FourNumbers } from "./four-numbers.tsx";
import { DAYS_TO_WATCH, stepsDone, stepsShown } from "./next-steps.ts";
import { OpenIncidents } from "./open-incidents.tsx";
import { PERIOD_DAYS } from "./overview-search.ts";
import { periods } from "./periods.ts";
import { SimulateAttack } from "./simulate-attack.tsx";

const route = getRouteApi("/frame/overview");
const LOOK_BACK_DAYS = 90;

/** How things stand: what came, what was stopped, what goes on, and what to do next. */
export function OverviewPage() {
  const { t } = useTranslation();
  const { days = 7 } = route.useSearch();
  const navigate = route.useNavigate();
  const { server, account } = useWorking();
  const detection = useDetection();
  const seen = useQuery({
    queryKey: ["seen", account.id],
    queryFn: () => server.usage.get(periods(LOOK_BACK_DAYS, Date.now()).current),
    refetchInterval: LIVE_MS,
  });
  const isEmpty = seen.data !== undefined && seen.data.total.decided === 0;
  const isSandbox = useSignInState().data?.sandbox === true;
  const mode = detection.data?.settings.mode;
  return (
    <>
      <PageHead title={t("navigation.overview")}>
        <LockdownButton />
      </PageHead>
      <LockdownBanner />
      <Stack gap="lg">
        {mode !== undefined && (
          <Text>
            <Text span fw={600}>
              {t("overview.mode", { mode: t(`mode.${mode}.name`) })}
            </Text>{" "}
            {t(`mode.${mode}.meaning`)}
          </Text>
        )}
        {detection.data?.feedback.state === "missing" && (
          <Alert color="yellow" variant="light" title={t("overview.missingTitle")}>
            {t("overview.missingText")}
          </Alert>
        )}
        {isEmpty ? (
          <FirstMessage />
        ) : (
          <section aria-label={t("overview.numbers")}>
            <SegmentedControl
              size="xs"
              mb="sm"
              aria-label={t("overview.period")}
              value={String(days)}
              onChange={(value) => navigate({ search: { days: Number(value) as (typeof PERIOD_DAYS)[number] } })}
              data={PERIOD_DAYS.map((value) => ({ value: String(value), label: t("overview.days", { count: value }) }))}
            />
            <FourNumbers days={days} />
          </section>
        )}
        <div>
          <SimulateAttack />
          {isSandbox && (
            <Text size="sm" mt="xs">
              <RouteLink to="/sandbox" size="sm" underline="always">
                {t("overview.inbox")}
              </RouteLink>{" "}
              {t("overview.inboxLost")}
            </Text>
          )}
        </div>
        <SimpleGrid cols={{ base: 1, lg: 2 }}>
          <OpenIncidents />
          {seen.data !== undefined && detection.data !== undefined && (
            <NextSteps
              done={stepsDone({
                decided: seen.data.total.decided,
                days: new Set(seen.data.days.map(({ day }) => day)).size,
                outcomesArrive:
                  detection.data.feedback.state === "reported" || detection.data.feedback.lastVerifiedAt !== null,
                mode: detection.data.settings.mode,
              })}
            />
          )}
        </SimpleGrid>
      </Stack>
    </>
  );
}

function NextSteps({ done }: { readonly done: ReturnType<typeof stepsDone> }) {
  const { t } = useTranslation();
  return (
    <Card withBorder component="section" aria-labelledby="next-steps">
      <Title order={2} size="h4" mb="sm" id="next-steps">
        {t("overview.nextSteps")}
      </Title>
      <Stack gap="sm" component="ol" p={0} m={0} style={{ listStyle: "none" }}>
        {stepsShown(done).map((step, place) => (
          <Stack key={step} component="li" gap={0} pl={36} pos="relative">
            <ThemeIcon
              pos="absolute"
              left={0}
              top={0}
              size={24}
              radius="xl"
              variant={done.has(step) ? "filled" : "default"}
              aria-hidden="true"
            >
              <Text size="xs" fw={700} inherit={done.has(step)}>
                {done.has(step) ? "✓" : place + 1}
              </Text>
            </ThemeIcon>
            <Text size="sm" fw={600}>
              {t(`overview.step.${step}.name`)}
              {done.has(step) && <Text span size="sm" fw={400}>{` – ${t("overview.done")}`}</Text>}
            </Text>
            {!done.has(step) && (
              <Text size="sm">
                {t(`overview.step.${step}.text`, { days: DAYS_TO_WATCH })}{" "}
                {step === "enforce" && (
                  <Anchor href="/channels/settings/business-messaging/safeguard" size="sm">
                    {t("overview.step.enforce.link")}
                  </Anchor>
                )}
              </Text>
            )}
          </Stack>
        ))}
      </Stack>
    </Card>
  );
}
