import { Button, Code, Group, Skeleton, Table, Text, TextInput } from "@mantine/core";
import type { Money } from "@safeguard/client";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Fragment, useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay, useWorking } from "../session/session.ts";
import { csvOf } from "../shared/csv.ts";
import { CsvButton } from "../shared/csv-button.tsx";
import { useFormat } from "../shared/format.ts";
import { Refusal } from "../shared/refusal.tsx";
import { Section } from "../shared/section.tsx";

/** As `/v1/usage/prices` says them. */
interface KnownPrices {
  readonly destinations: readonly {
    readonly destination: string;
    readonly least: Money;
    readonly most: Money;
    readonly prices: number;
    readonly source: "imported" | "published";
  }[];
  readonly prices: readonly {
    readonly operator: string | null;
    readonly prefix: string | null;
    readonly price: Money;
  }[];
  readonly more: boolean;
}

const FIRST_SHOWN = 8;

/** What messages are taken to cost, and who may change that. */
export function KnownPrices() {
  const { t, i18n } = useTranslation();
  const { place, money, count } = useFormat();
  const { server, account } = useWorking();
  const mayRead = useMay("usage:read");
  const [wanted, setWanted] = useState("");
  const [opened, setOpened] = useState<string>();
  const [isWhole, setIsWhole] = useState(false);
  const known = useQuery({
    queryKey: ["known-prices", account.id, opened],
    queryFn: () =>
      server.call<KnownPrices>({
        method: "GET",
        path: "/v1/usage/prices",
        ...(opened !== undefined && { query: { destination: opened } }),
      }),
    enabled: mayRead,
    placeholderData: keepPreviousData,
  });
  const text = wanted.trim().toLocaleLowerCase(i18n.language);
  const found = (known.data?.destinations ?? [])
    .filter(({ destination }) => `${place(destination)} ${destination}`.toLocaleLowerCase(i18n.language).includes(text))
    .toSorted((one, other) => place(one.destination).localeCompare(place(other.destination), i18n.language));
  const shown = isWhole ? found : found.slice(0, FIRST_SHOWN);
  return (
    <Section title={t("settings.prices.title")} text={t("settings.prices.text")}>
      {!mayRead && <Text size="sm">{t("settings.prices.mayNot")}</Text>}
      {mayRead && (
        <>
          <Group mt="sm" gap="sm" align="flex-end">
            <TextInput
              type="search"
              label={t("destinations.search")}
              value={wanted}
              onChange={({ currentTarget: { value } }) => setWanted(value)}
            />
            <CsvButton
              name="prices"
              isEmpty={known.data === undefined}
              csv={() => csvOfPrices(known.data?.destinations ?? [])}
            />
          </Group>
          <Refusal error={known.error} />
          {known.isPending && <Skeleton mt="sm" height={200} aria-label={t("loading")} />}
          {known.data !== undefined && found.length === 0 && (
            <Text size="sm" mt="sm">
              {t("settings.prices.none")}
            </Text>
          )}
          {found.length > 0 && (
            <Table mt="sm" fz="sm" className="numbers" aria-label={t("settings.prices.title")}>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>{t("destinations.column.name")}</Table.Th>
                  <Table.Th ta="right">{t("settings.prices.price")}</Table.Th>
                  <Table.Th ta="right" visibleFrom="xs">
                    {t("settings.prices.source")}
                  </Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {shown.map(({ destination, least, most, prices, source }) => (
                  <Fragment key={`${destination} ${least.currency}`}>
                    <Table.Tr>
                      <Table.Th scope="row" fw={500}>
                        {place(destination)}
                        {prices > 1 && (
                          <Button
                            size="compact-xs"
                            variant="subtle"
                            ml={6}
                            aria-expanded={opened === destination}
                            onClick={() => setOpened(opened === destination ? undefined : destination)}
                          >
                            {t("settings.prices.several", { count: prices, formatted: count(prices) })}
                          </Button>
                        )}
                      </Table.Th>
                      <Table.Td ta="right">
                        {least.amount === most.amount ? money(least) : `${money(least)} – ${money(most)}`}
                        <Text size="xs" c="dimmed" hiddenFrom="xs">
                          {t(`settings.prices.from.${source}`)}
                        </Text>
                      </Table.Td>
                      <Table.Td ta="right" visibleFrom="xs">
                        {t(`settings.prices.from.${source}`)}
                      </Table.Td>
                    </Table.Tr>
                    {opened === destination &&
                      !known.isPlaceholderData &&
                      known.data?.prices
                        .filter(({ price }) => price.currency === least.currency)
                        .map(({ operator, prefix, price }) => (
                          <Table.Tr key={`${operator} ${prefix}`}>
                            <Table.Td pl="xl">
                              {[operator, prefix].filter((part) => part !== null).join(" · ") ||
                                t("settings.prices.rest")}
                            </Table.Td>
                            <Table.Td ta="right">{money(price)}</Table.Td>
                            <Table.Td visibleFrom="xs" />
                          </Table.Tr>
                        ))}
                  </Fragment>
                ))}
              </Table.Tbody>
            </Table>
          )}
          {shown.length < found.length && (
            <Button mt="xs" size="compact-sm" variant="subtle" onClick={() => setIsWhole(true)}>
              {t("settings.prices.all", { count: found.length, formatted: count(found.length) })}
            </Button>
          )}
        </>
      )}
      <Text size="sm" mt="sm">
        {t("settings.data.operator")}
      </Text>
      <Code block mt={6} tabIndex={0}>
        {"npx safeguard prices list\nnpx safeguard prices import prices.csv --currency EUR"}
      </Code>
    </Section>
  );
}

function csvOfPrices(destinations: KnownPrices["destinations"]): string {
  return csvOf(
    ["destination", "least", "most", "currency", "prices", "source"],
    destinations.map(({ destination, least, most, prices, source }) => [
      ...[destination, least.amount, most.amount, least.currency],
      ...[prices, source],
    ]),
  );
}
