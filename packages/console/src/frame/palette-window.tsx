import "@mantine/spotlight/styles.css";
import { useMantineColorScheme } from "@mantine/core";
import { createSpotlight, Spotlight } from "@mantine/spotlight";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { chooseLanguage, LANGUAGES, type Language } from "../i18n/language.ts";
import { SAFEGUARD } from "../safeguard/tabs.ts";
import { useDestinations } from "../safeguard/use-policy.ts";
import { useSignInState, useWorking } from "../session/session.ts";
import { type Command, findCommands } from "./find-commands.ts";
import { entriesFor, NAVIGATION, type NavigationEntry } from "./navigation.ts";

const [store, spotlight] = createSpotlight();

export function openPalette(): void {
  spotlight.open();
}

interface Runnable extends Command {
  run(): void;
}

const SCHEMES = ["auto", "light", "dark"] as const;
const GROUPS = ["pages", "destinations", "accounts", "look", "language", "help"] as const;

/** Finds every page, destination, account and setting of the looks by name, and goes there. */
export function PaletteWindow({ onHelp }: { readonly onHelp: () => void }) {
  const { t } = useTranslation();
  const [query, setQuery] = useState("");
  const commands = useCommands(onHelp);
  // (what one does with a destination is part of its label, in the reader's language)
  const skipped = new Set(t("palette.verbs").split(" "));
  const found = findCommands(query, commands, skipped);
  return (
    <Spotlight.Root
      store={store}
      query={query}
      onQueryChange={setQuery}
      shortcut={null}
      scrollable
      maxHeight={420}
      title={t("palette.open")}
      // (it names the dialog, and need not be seen)
      styles={{ header: { display: "none" } }}
    >
      <Spotlight.Search placeholder={t("palette.ask")} aria-label={t("palette.ask")} />
      <Spotlight.ActionsList>
        {found.length === 0 && <Spotlight.Empty>{t("palette.nothing")}</Spotlight.Empty>}
        {GROUPS.map((group) => {
          const inGroup = found.filter((command) => command.group === group);
          return inGroup.length === 0 ? null : (
            <Spotlight.ActionsGroup key={group} label={t(`palette.group.${group}`)}>
              {inGroup.map(({ id, label, run }) => (
                <Spotlight.Action key={id} label={label} onClick={run} />
              ))}
            </Spotlight.ActionsGroup>
          );
        })}
      </Spotlight.ActionsList>
    </Spotlight.Root>
  );
}

function useCommands(onHelp: () => void): readonly Runnable[] {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const working = useWorking();
  const { signedIn, chooseAccount } = working;
  const { setColorScheme } = useMantineColorScheme();
  const destinations = useDestinations();
  const hasSandbox = useSignInState().data?.sandbox === true;
  const pagesOf = (entries: readonly NavigationEntry[], above: string): readonly Runnable[] =>
    entriesFor(entries, working, hasSandbox).flatMap(({ name, to, below = [] }) => {
      const label = t(`navigation.${name}`);
      const page: readonly Runnable[] =
        to === undefined ? [] : [{ id: to, group: "pages", label, keywords: above, run: () => void navigate({ to }) }];
      return [...page, ...pagesOf(below, `${above} ${label}`)];
    });
  return [
    ...pagesOf(NAVIGATION, ""),
    ...(destinations.data ?? []).map(
      ({ code, name, callingCode }): Runnable => ({
        id: `destination ${code}`,
        group: "destinations",
        label: t("palette.destination", { name }),
        keywords: `${code} ${callingCode} +${callingCode.replace("+", "")}`,
        isAskedFor: true,
        run: () => void navigate({ to: SAFEGUARD, search: { q: name } }),
      }),
    ),
    ...(signedIn.accounts.length === 1 ? [] : signedIn.accounts).map(
      ({ id, name }): Runnable => ({
        id,
        group: "accounts",
        label: t("palette.account", { name }),
        run: () => chooseAccount(id),
      }),
    ),
    ...SCHEMES.map(
      (scheme): Runnable => ({
        id: scheme,
        group: "look",
        label: `${t("person.appearance")}: ${t(`person.scheme.${scheme}`)}`,
        run: () => setColorScheme(scheme),
      }),
    ),
    ...(Object.entries(LANGUAGES) as [Language, string][]).map(
      ([tag, name]): Runnable => ({
        id: `language ${tag}`,
        group: "language",
        label: `${t("person.language")}: ${name}`,
        keywords: "language taal",
        run: () => void chooseLanguage(tag),
      }),
    ),
    { id: "help", group: "help", label: t("palette.help.title"), keywords: "?", run: onHelp },
  ];
}
