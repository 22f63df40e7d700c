import { Button, MultiSelect, Skeleton, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { askSignIn, serverFor } from "../api/server.ts";
import { Refusal } from "../shared/refusal.tsx";
import { NewPasswordFields, passwordProblem, passwordRefusal } from "./new-password-fields.tsx";
import { Outside } from "./outside.tsx";
import { sendNothingBack } from "./password-page.tsx";
import { useForgetAll } from "./session.ts";
import { useLink } from "./use-link.ts";
import { isUsed, UsedLink } from "./used-link.tsx";

/** The first person: becomes the owner, and says where the business sends. */
export function SetupPage() {
  const { t, i18n } = useTranslation();
  const { token, link } = useLink();
  const navigate = useNavigate();
  const forgetAll = useForgetAll();
  const [name, setName] = useState("");
  const [email, setEmail] = useState("");
  const [countries, setCountries] = useState<string[]>([]);
  const [value, setValue] = useState({ password: "", again: "" });
  const destinations = useQuery({
    queryKey: ["destinations", i18n.language],
    queryFn: () => serverFor(undefined).destinations.list(i18n.language),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const save = useMutation({
    mutationFn: async () => {
      const { password } = value;
      await sendNothingBack("/v1/sign-in/setup", { token, name, email: email.trim(), password, countries });
      return askSignIn("/sign-in/email", { email: email.trim(), password });
    },
    onSuccess: async (answer) => {
      forgetAll();
      await navigate({ to: answer.ok ? "/overview" : "/sign-in" });
    },
  });
  const refused = passwordRefusal(save.error);
  const isReady = passwordProblem(value) === undefined && name.trim() !== "" && email.includes("@");
  return (
    <Outside title={t("setup.title")} text={link.data && t("setup.text", { account: link.data.account ?? "" })}>
      {link.isPending && <Skeleton h={240} />}
      {isUsed(link.error) ? <UsedLink isFirst /> : <Refusal error={link.error} />}
      {refused === undefined && <Refusal error={save.error} />}
      {link.data !== undefined && (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            save.mutate();
          }}
        >
          <Stack gap="sm">
            <TextInput
              label={t("setup.name")}
              autoComplete="name"
              required
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
            />
            <TextInput
              label={t("signIn.email")}
              type="email"
              autoComplete="username"
              required
              value={email}
              onChange={(event) => setEmail(event.currentTarget.value)}
            />
            <NewPasswordFields
              value={value}
              refused={refused}
              onChange={(changed) => {
                setValue(changed);
                if (save.isError) save.reset();
              }}
            />
            <MultiSelect
              label={t("setup.countries")}
              description={t("setup.countriesText")}
              placeholder={countries.length === 0 ? t("setup.countriesAsk") : ""}
              searchable
              clearable
              hidePickedOptions
              limit={60}
              maxDropdownHeight={260}
              nothingFoundMessage={t("setup.noCountry")}
              clearButtonProps={{ "aria-label": t("setup.clear") }}
              value={countries}
              onChange={setCountries}
              data={(destinations.data ?? [])
                .filter(({ kind }) => kind !== "non_geographic")
                .map(({ code, name: label, callingCode }) => ({
                  value: code,
                  label: `${label} (${code}, +${callingCode})`,
                }))}
            />
            <Text size="xs" c="dimmed">
              {countries.length === 0 ? t("setup.noneChosen") : t("setup.chosen", { count: countries.length })}
            </Text>
            <Button type="submit" disabled={!isReady} loading={save.isPending}>
              {t("setup.go")}
            </Button>
          </Stack>
        </form>
      )}
    </Outside>
  );
}
