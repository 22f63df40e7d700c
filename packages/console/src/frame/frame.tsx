import { AppShell, Box, Burger, Center, Group, Loader, NavLink, ScrollArea, Text } from "@mantine/core";
import { useDisclosure, useLocalStorage } from "@mantine/hooks";
import { getRouteApi, Link, Outlet, useLocation, useNavigate } from "@tanstack/react-router";
import { lazy, Suspense, useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { serverFor } from "../api/server.ts";
import { APPROVALS } from "../approvals/approvals-search.ts";
import { WaitingBadge } from "../approvals/waiting-badge.tsx";
import { PRODUCT, useShowBrand } from "../brand/brand-context.ts";
import { BrandMark } from "../brand/brand-mark.tsx";
import { useBrandState } from "../brand/use-brand-state.ts";
import {
  useForgetAll,
  useSignedIn,
  useSignInState,
  useWorking,
  type Working,
  WorkingContext,
} from "../session/session.ts";
import { UnreachableIsSaid } from "../shared/unreachable.ts";
import { AccountSwitcher } from "./account-switcher.tsx";
import { ModePill } from "./mode-pill.tsx";
import { entriesFor, NAVIGATION, type NavigationEntry } from "./navigation.ts";
import { Palette } from "./palette.tsx";
import { PersonMenu } from "./person-menu.tsx";
import { SwitchPill } from "./switch-pill.tsx";
import { UnreachableBar } from "./unreachable-bar.tsx";

const route = getRouteApi("/frame");
const RequiredSecondFactor = lazy(async () => ({
  default: (await import("../people/required-second-factor.tsx")).RequiredSecondFactor,
}));

/** Top bar, navigation, and the page: for whoever is signed in. */
export function Frame() {
  const { t } = useTranslation();
  const signedIn = useSignedIn();
  const [chosen, setChosen] = useLocalStorage<string | undefined>({
    key: "safeguard-account",
    defaultValue: undefined,
  });
  const forgetAll = useForgetAll();
  const person = signedIn.data;
  const { account: named } = route.useSearch();
  const navigate = useNavigate();
  const account = person?.accounts.find(({ id }) => id === (named ?? chosen)) ?? person?.accounts[0];
  // A link into an account chooses it, and the address is the page's own again.
  useEffect(() => {
    if (named === undefined || person == null) return;
    if (person.accounts.some(({ id }) => id === named)) setChosen(named);
    void navigate({ to: ".", search: (old) => ({ ...old, account: undefined }), replace: true });
  }, [named, person, setChosen, navigate]);
  const working = useMemo<Working | undefined>(
    () =>
      person == null || account === undefined
        ? undefined
        : {
            signedIn: person,
            account,
            server: serverFor(account.id),
            chooseAccount: (id) => {
              setChosen(id);
              forgetAll();
            },
          },
    [person, account, setChosen, forgetAll],
  );
  if (signedIn.isError) throw signedIn.error;
  if (person === null) return <ToSignIn />;
  const loading = (
    <Center mih="100vh" aria-busy="true">
      <Loader aria-label={t("loading")} />
    </Center>
  );
  if (person === undefined) return loading;
  if (person.person.lacksSecondFactor) {
    return (
      <Suspense fallback={loading}>
        <RequiredSecondFactor person={person.person} />
      </Suspense>
    );
  }
  if (working === undefined) {
    return (
      <Center mih="100vh" p="md">
        <Text>{t("frame.noAccount")}</Text>
      </Center>
    );
  }
  return (
    <WorkingContext value={working}>
      <Shell />
    </WorkingContext>
  );
}

/** To where one signs in, and back. Once: on the way there the address is another already, and would be where to go back to. */
function ToSignIn() {
  const { href } = useLocation();
  const [search] = useState(() => (href === "/overview" ? {} : { to: href }));
  const navigate = useNavigate();
  useEffect(() => void navigate({ to: "/sign-in", search, replace: true }), [navigate, search]);
  return null;
}

function Shell() {
  const { t } = useTranslation();
  const brand = useBrandState();
  useShowBrand(brand.data?.shown);
  const [isOpen, { toggle, close }] = useDisclosure();
  return (
    <AppShell
      header={{ height: 56 }}
      navbar={{ width: 260, breakpoint: "md", collapsed: { mobile: !isOpen } }}
      padding={{ base: "sm", sm: "lg" }}
    >
      <a href="#page" className="skip-link">
        {t("frame.skip")}
      </a>
      <AppShell.Header>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap" gap="xs">
          <Group gap="xs" wrap="nowrap">
            <Burger
              opened={isOpen}
              onClick={toggle}
              hiddenFrom="md"
              size="sm"
              aria-label={t(isOpen ? "frame.closeNavigation" : "frame.openNavigation")}
            />
            <BrandMark />
            <Text fw={700} visibleFrom="xs" truncate maw={220}>
              {brand.data?.shown?.name ?? PRODUCT}
            </Text>
          </Group>
          <Group gap="xs" wrap="nowrap">
            <Palette />
            <SwitchPill />
            <ModePill />
            <AccountSwitcher />
            <PersonMenu />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs" aria-label={t("frame.navigation")}>
        <AppShell.Section grow component={ScrollArea}>
          <Entries entries={NAVIGATION} onGo={close} />
        </AppShell.Section>
      </AppShell.Navbar>
      <AppShell.Main id="page" tabIndex={-1}>
        <UnreachableBar />
        <UnreachableIsSaid value>
          <Outlet />
        </UnreachableIsSaid>
      </AppShell.Main>
    </AppShell>
  );
}

function Entries({ entries, onGo }: { readonly entries: readonly NavigationEntry[]; readonly onGo: () => void }) {
  const { t } = useTranslation();
  const { pathname } = useLocation();
  const hasSandbox = useSignInState().data?.sandbox === true;
  return entriesFor(entries, useWorking(), hasSandbox).map(({ name, to, below }) =>
    to === undefined ? (
      <Box key={name} component="section" mt="xs" aria-label={t(`navigation.${name}`)}>
        <Text size="xs" fw={600} c="dimmed" px="sm" py={4}>
          {t(`navigation.${name}`)}
        </Text>
        <Box ml="xs">
          <Entries entries={below ?? []} onGo={onGo} />
        </Box>
      </Box>
    ) : (
      <NavLink
        key={name}
        component={Link}
        to={to}
        label={t(`navigation.${name}`)}
        {...(to === APPROVALS && { rightSection: <WaitingBadge /> })}
        active={pathname === to || pathname.startsWith(`${to}/`)}
        onClick={onGo}
      />
    ),
  );
}
