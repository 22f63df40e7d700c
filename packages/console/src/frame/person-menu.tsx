import { ActionIcon, Avatar, Menu, Text, useMantineColorScheme, VisuallyHidden } from "@mantine/core";
import { Link, useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { askSignIn } from "../api/server.ts";
import { chooseLanguage, LANGUAGES, type Language } from "../i18n/language.ts";
import { OWN_SIGN_IN } from "../people/people-search.ts";
import { useForgetAll, useWorking } from "../session/session.ts";

const SCHEMES = ["auto", "light", "dark"] as const;

/** Who is signed in, how it looks, in which language, and the way out. */
export function PersonMenu() {
  const { t, i18n } = useTranslation();
  const { signedIn } = useWorking();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const forgetAll = useForgetAll();
  const navigate = useNavigate();
  const { name, email } = signedIn.person;
  return (
    <Menu position="bottom-end" width={240}>
      <Menu.Target>
        <ActionIcon variant="subtle" size={38} radius="xl">
          <Avatar size={30} name={name} color="sea" alt="" />
          <VisuallyHidden>{t("person.menu", { name })}</VisuallyHidden>
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          <Text size="sm" fw={600}>
            {name}
          </Text>
          <Text size="xs">{email}</Text>
        </Menu.Label>
        <Menu.Item component={Link} to={OWN_SIGN_IN}>
          {t("person.own")}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Label>{t("person.appearance")}</Menu.Label>
        {SCHEMES.map((scheme) => (
          <Menu.Item
            key={scheme}
            onClick={() => setColorScheme(scheme)}
            aria-current={scheme === colorScheme}
            leftSection={<Text w={12}>{scheme === colorScheme ? "✓" : ""}</Text>}
          >
            {t(`person.scheme.${scheme}`)}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Label>{t("person.language")}</Menu.Label>
        {Object.entries(LANGUAGES).map(([tag, label]) => (
          <Menu.Item
            key={tag}
            lang={tag}
            onClick={() => chooseLanguage(tag as Language)}
            aria-current={tag === i18n.language}
            leftSection={<Text w={12}>{tag === i18n.language ? "✓" : ""}</Text>}
          >
            {label}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item
          onClick={async () => {
            await askSignIn("/sign-out", {});
            forgetAll();
            await navigate({ to: "/sign-in" });
          }}
        >
          {t("person.signOut")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
