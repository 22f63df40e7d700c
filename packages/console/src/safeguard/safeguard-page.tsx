import "./safeguard.css";
import { Breadcrumbs, Skeleton, Stack, Tabs, Text } from "@mantine/core";
import { Outlet, useLocation, useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { PageHead } from "../shared/page-head.tsx";
import { Refusal } from "../shared/refusal.tsx";
import { TabLine } from "../shared/tab-line.tsx";
import { InForceLine } from "./in-force-line.tsx";
import { PendingApprovals } from "./pending-approvals.tsx";
import { SAFEGUARD, TABS } from "./tabs.ts";
import { usePolicy } from "./use-policy.ts";

const WAY = ["channels", "apiAccess", "businessMessaging", "safeguard"] as const;

/** Channels › API Access & Settings › Business Messaging Settings › Safeguard: what all its tabs have. */
export function SafeguardPage() {
  const { t } = useTranslation();
  const policy = usePolicy();
  const navigate = useNavigate();
  const { pathname } = useLocation();
  const tab = TABS.find(({ to }) => to !== SAFEGUARD && pathname.startsWith(to)) ?? TABS[0];
  return (
    <Stack gap="sm">
      <nav aria-label={t("safeguard.breadcrumb")}>
        <Breadcrumbs separator="›" separatorMargin={6} className="safeguard-way">
          {WAY.map((name, index) => (
            <Text key={name} size="sm" {...(index === WAY.length - 1 && { "aria-current": "page" as const, fw: 600 })}>
              {t(`navigation.${name}`)}
            </Text>
          ))}
        </Breadcrumbs>
      </nav>
      <PageHead title={t("navigation.safeguard")} />
      {policy.data === undefined ? <Skeleton height={28} /> : <InForceLine policy={policy.data} />}
      <Refusal error={policy.error} />
      <PendingApprovals />
      <Tabs
        value={tab.name}
        onChange={(name) => {
          const to = TABS.find((one) => one.name === name)?.to;
          if (to !== undefined) void navigate({ to });
        }}
        keepMounted={false}
      >
        <TabLine chosen={tab.name}>
          {TABS.map(({ name }) => (
            <Tabs.Tab key={name} value={name}>
              {t(`safeguard.tab.${name}`)}
            </Tabs.Tab>
          ))}
        </TabLine>
        {TABS.map(({ name }) => (
          <Tabs.Panel key={name} value={name}>
            <Outlet />
          </Tabs.Panel>
        ))}
      </Tabs>
    </Stack>
  );
}
