import { Box, Button, Card, FileInput, Group, SimpleGrid, Skeleton, Stack, Text, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay, useWorking } from "../session/session.ts";
import { useFormat } from "../shared/format.ts";
import { NotPermitted } from "../shared/not-permitted.tsx";
import { Refusal } from "../shared/refusal.tsx";
import { Section } from "../shared/section.tsx";
import { type Brand, PRODUCT } from "./brand-context.ts";
import { base64Of, LARGEST_LOGO } from "./read-picture.ts";
import { type BrandState, useBrandState } from "./use-brand-state.ts";

/** As the field for colours shows none. */
const NO_COLOUR = "#0b7285";

/** Name, logo and colour of an account's own, for its people and those of the accounts below. */
export function BrandPage() {
  const { t } = useTranslation();
  const state = useBrandState();
  const mayWrite = useMay("accounts:write");
  if (state.data === undefined) {
    if (state.isError) return <Refusal error={state.error} />;
    return <Skeleton height={240} aria-busy="true" aria-label={t("loading")} />;
  }
  if (!mayWrite) return <NotPermitted text={t("brand.notPermitted")} />;
  if (!state.data.mayHaveOne) return <NotPermitted text={t("brand.notBelow")} />;
  return <Form key={JSON.stringify(state.data.own)} own={state.data.own} />;
}

function Form({ own }: { readonly own: Brand | null }) {
  const { t } = useTranslation();
  const { server, account } = useWorking();
  const queries = useQueryClient();
  const [name, setName] = useState(own?.name ?? "");
  const [colour, setColour] = useState(own?.colour ?? null);
  const [picture, setPicture] = useState<File | null>(null);
  const isTooLarge = picture !== null && picture.size > LARGEST_LOGO;
  const save = useMutation({
    mutationFn: async (change: object) => server.call<BrandState>({ method: "PUT", path: "/v1/brand", body: change }),
    onSuccess: (state) => {
      queries.setQueryData(["brand", account.id], state);
      notifications.show({ color: "teal", message: t("brand.saved") });
    },
  });
  return (
    <form
      onSubmit={async (event) => {
        event.preventDefault();
        const logo = picture === null ? {} : { logo: await base64Of(picture) };
        save.mutate({ name: name.trim() === "" ? null : name.trim(), colour, ...logo });
      }}
    >
      <Stack gap="md">
        <Section title={t("brand.title")} text={t("brand.text")}>
          <SimpleGrid cols={{ base: 1, sm: 2 }} mt="sm" maw={760}>
            <TextInput
              label={t("brand.name")}
              description={t("brand.nameText")}
              placeholder={PRODUCT}
              maxLength={40}
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
            />
            <Group align="flex-end" gap="xs" wrap="nowrap">
              <TextInput
                type="color"
                label={t("brand.colour")}
                description={t("brand.colourText")}
                flex={1}
                value={colour ?? NO_COLOUR}
                onChange={(event) => setColour(event.currentTarget.value)}
              />
              {colour !== null && (
                <Button variant="default" onClick={() => setColour(null)}>
                  {t("brand.noColour")}
                </Button>
              )}
            </Group>
            <FileInput
              label={t("brand.logo")}
              description={t("brand.logoText")}
              placeholder={t("brand.choose")}
              styles={{ placeholder: { color: "var(--mantine-color-dimmed)" } }}
              accept="image/png,image/webp"
              clearable
              clearButtonProps={{ "aria-label": t("setup.clear") }}
              error={isTooLarge ? t("brand.tooLarge") : undefined}
              value={picture}
              onChange={setPicture}
            />
            {own?.logo != null && (
              <Group align="flex-end" gap="xs">
                <img
                  src={own.logo}
                  alt={t("brand.logoNow")}
                  height={36}
                  style={{ maxWidth: 160, objectFit: "contain" }}
                />
                <Button variant="default" onClick={() => save.mutate({ logo: null })}>
                  {t("brand.noLogo")}
                </Button>
              </Group>
            )}
          </SimpleGrid>
        </Section>
        {own?.palette != null && <Shades palette={own.palette} />}
        <Refusal error={save.error} />
        <Group>
          <Button type="submit" loading={save.isPending} disabled={isTooLarge}>
            {t("brand.save")}
          </Button>
          <Text size="sm">{t("brand.where")}</Text>
        </Group>
      </Stack>
    </form>
  );
}

/** How the colour is shown, and that it can be read. */
function Shades({ palette: { shades, adjusted, contrast } }: { readonly palette: NonNullable<Brand["palette"]> }) {
  const { t } = useTranslation();
  const { count } = useFormat();
  return (
    <Card withBorder p="md">
      <Text fw={600} size="sm">
        {t(adjusted ? "brand.adjusted" : "brand.kept")}
      </Text>
      <Text size="sm" className="numbers">
        {t("brand.contrast", { light: count(contrast.light), dark: count(contrast.dark) })}
      </Text>
      <Group gap={0} mt="xs" aria-hidden="true">
        {shades.map((shade) => (
          <Box key={shade} w={28} h={28} style={{ background: shade }} />
        ))}
      </Group>
    </Card>
  );
}
