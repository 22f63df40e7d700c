import { Skeleton, Tabs, Text } from "@mantine/core";
import { Outlet, useLocation, useNavigate } from "@tanstack/react-router";
import { Suspense } from "react";
import { useTranslation } from "react-i18next";
import { useWorking } from "../session/session.ts";
import { PageHead } from "../shared/page-head.tsx";
import { CUSTOMER_TABS, CUSTOMERS } from "./customers-search.ts";

/** What all tabs of Customers have. */
export function CustomersPage() {
  const { t } = useTranslation();
  const { account } = useWorking();
  const navigate = useNavigate();
  const { pathname } = useLocation();
  const tab = CUSTOMER_TABS.find(({ to }) => to !== CUSTOMERS && pathname.startsWith(to)) ?? CUSTOMER_TABS[0];
  return (
    <>
      <PageHead title={t("navigation.customers")} />
      <Text mb="md" maw={720}>
        {t("customers.text", { name: account.name })}
      </Text>
      <Tabs
        value={tab.name}
        onChange={(name) => {
          const to = CUSTOMER_TABS.find((one) => one.name === name)?.to;
          if (to !== undefined) void navigate({ to });
        }}
        keepMounted={false}
      >
        <Tabs.List mb="md">
          {CUSTOMER_TABS.map(({ name }) => (
            <Tabs.Tab key={name} value={name}>
              {t(`customers.tab.${name}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {CUSTOMER_TABS.map(({ name }) => (
          <Tabs.Panel key={name} value={name}>
            <Suspense fallback={<Skeleton height={220} />}>
              <Outlet />
            </Suspense>
          </Tabs.Panel>
        ))}
      </Tabs>
    </>
  );
}
