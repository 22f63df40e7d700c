import { Button, Tabs, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useMay, useWorking } from "../session/session.ts";
import { PageHead } from "../shared/page-head.tsx";
import { Refusal } from "../shared/refusal.tsx";
import { TabLine } from "../shared/tab-line.tsx";
import { AlertSettingsForm } from "./alert-settings-form.tsx";
import { TABS } from "./alerts-search.ts";
import { DeliveryLog } from "./delivery-log.tsx";
import { OpenAlerts } from "./open-alerts.tsx";

const route = getRouteApi("/frame/channels/settings/business-messaging/alerts");

/** What should be known, where it is told, and how the telling goes. */
export function AlertsPage() {
  const { t } = useTranslation();
  const { server, account } = useWorking();
  const { tab = "alerts" } = route.useSearch();
  const navigate = route.useNavigate();
  const queries = useQueryClient();
  const mayWrite = useMay("alerts:write");
  const settings = useQuery({
    queryKey: ["alert-settings", account.id],
    queryFn: () => server.alerts.settings(),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const test = useMutation({
    mutationFn: () => server.alerts.test(),
    onSuccess: async (channels) => {
      notifications.show({ color: "teal", message: t("alerts.tested", { channels: channels.join(", ") }) });
      await queries.invalidateQueries({ queryKey: ["deliveries", account.id] });
      await navigate({ search: { tab: "deliveries" } });
    },
  });
  return (
    <>
      <PageHead title={t("alerts.title")}>
        {mayWrite && (
          <Button
            variant="default"
            loading={test.isPending}
            disabled={settings.data === undefined || settings.data.channels.length === 0}
            onClick={() => test.mutate()}
          >
            {t("alerts.test")}
          </Button>
        )}
      </PageHead>
      <Text mb="md" maw={720}>
        {t("alerts.text")}
      </Text>
      <Refusal error={test.error} />
      <Tabs
        value={tab}
        keepMounted={false}
        onChange={(value) => {
          const next = TABS.find((one) => one === value);
          void navigate({ search: next === undefined || next === "alerts" ? {} : { tab: next } });
        }}
      >
        <TabLine chosen={tab}>
          {TABS.map((name) => (
            <Tabs.Tab key={name} value={name}>
              {t(`alerts.tab.${name}`)}
            </Tabs.Tab>
          ))}
        </TabLine>
        <Tabs.Panel value="alerts">
          <OpenAlerts />
        </Tabs.Panel>
        <Tabs.Panel value="settings">
          <AlertSettingsForm />
        </Tabs.Panel>
        <Tabs.Panel value="deliveries">
          <DeliveryLog />
        </Tabs.Panel>
      </Tabs>
    </>
  );
}
