import { Alert, Button, Group, Skeleton, Table, Text } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import type { CeilingSubject, FittingLimit as Fitting } from "@safeguard/client";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useWorking } from "../../session/session.ts";
import { useFormat } from "../../shared/format.ts";
import { Refusal } from "../../shared/refusal.tsx";
import { useCeilingWords } from "./use-ceiling-words.ts";

export interface FittingLimitProps {
  readonly per: CeilingSubject;
  readonly window: string;
  readonly digits: number | undefined;
  /** undefined: messages are counted. */
  readonly currency: string | undefined;
  readonly destination: string | undefined;
  /** As it stands in the form. */
  readonly most: number | undefined;
  onUse(most: number): void;
}

/** What nearly all windows of ordinary traffic had room in. */
const ORDINARY = 0.999;
/** Of fewer windows nothing can be said of one in a thousand. */
const FEW = 100;

/** What a limit would have needed, and stopped, in the account's own past: to choose its height by. */
export function FittingLimit({ per, window, digits, currency, destination, most, onUse }: FittingLimitProps) {
  const { t } = useTranslation();
  const { count, share } = useFormat();
  const words = useCeilingWords();
  const { server, account } = useWorking();
  const query = {
    per,
    window,
    ...(digits !== undefined && { digits: String(digits) }),
    ...(currency !== undefined && { currency }),
    ...(destination !== undefined && { destination }),
    ...(most !== undefined && { most: String(most) }),
  };
  const [asked] = useDebouncedValue(JSON.stringify(query), 300);
  const fitting = useQuery({
    queryKey: ["fitting", account.id, asked],
    queryFn: () =>
      server.call<Fitting>({
        method: "GET",
        path: "/v1/limits/fitting",
        query: JSON.parse(asked) as Record<string, string>,
      }),
    staleTime: 30_000,
    retry: false,
  });
  const { data } = fitting;
  if (fitting.error !== null) return <Refusal error={fitting.error} />;
  if (data === undefined) return <Skeleton height={180} />;
  const amount = (value: number): string => words.amount(value, data.currency);
  const ordinary = data.needed.find((one) => one.share === ORDINARY)?.most ?? 0;
  const highest = Math.max(...data.tried.map((one) => one.most), 1e-9);
  if (data.windows === 0) {
    return (
      <Alert variant="light" color="gray" title={t("limits.fitting.title")}>
        {t("limits.fitting.none", { days: data.days })}
      </Alert>
    );
  }
  return (
    <section aria-labelledby="fitting" data-testid="fitting">
      <Group justify="space-between" gap="xs" align="flex-start">
        <div>
          <Text fw={600} size="sm" id="fitting">
            {t("limits.fitting.title")}
          </Text>
          <Text size="sm">
            {t(data.windows < FEW ? "limits.fitting.few" : "limits.fitting.text", {
              share: share(ORDINARY),
              most: amount(ordinary),
              count: data.windows,
              windows: count(data.windows),
              days: data.days,
            })}
          </Text>
        </div>
        <Button size="xs" variant="default" onClick={() => onUse(ordinary)}>
          {t("limits.fitting.use", { most: amount(ordinary) })}
        </Button>
      </Group>
      <Table.ScrollContainer minWidth={340} mt={4}>
        <Table fz="xs" aria-labelledby="fitting">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t("limits.fitting.most")}</Table.Th>
              <Table.Th>{t("limits.fitting.enough")}</Table.Th>
              <Table.Th ta="right">
                {t("limits.fitting.ordinary", { count: data.ordinary, all: count(data.ordinary) })}
              </Table.Th>
              <Table.Th ta="right">
                {t("limits.fitting.attack", { count: data.attack, all: count(data.attack) })}
              </Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {data.tried.map((tried) => {
              const enough = data.needed.findLast((one) => one.most <= tried.most);
              return (
                <Table.Tr key={tried.most} data-chosen={tried.most === most}>
                  <Table.Th scope="row" fw={tried.most === most ? 700 : 500} className="numbers">
                    {amount(tried.most)}
                    {tried.most === most && ` ${t("limits.fitting.yours")}`}
                  </Table.Th>
                  <Table.Td>
                    <Group gap={6} wrap="nowrap">
                      <span className="fitting-bar" aria-hidden="true">
                        <svg width="100%" height="8" aria-hidden="true">
                          <rect width={`${(tried.most / highest) * 100}%`} height="8" rx="2" />
                        </svg>
                      </span>
                      {t("limits.fitting.of", { share: share(enough?.share ?? 0) })}
                    </Group>
                  </Table.Td>
                  <Table.Td ta="right" className="numbers">
                    {count(tried.stopped)}
                  </Table.Td>
                  <Table.Td ta="right" className="numbers">
                    {count(tried.stoppedAttack)}
                  </Table.Td>
                </Table.Tr>
              );
            })}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <Text size="xs" c="dimmed">
        {t("limits.fitting.note")}
        {data.unpriced > 0 &&
          ` ${t("limits.fitting.unpriced", { count: data.unpriced, unpriced: count(data.unpriced) })}`}
        {!data.complete && ` ${t("limits.fitting.incomplete")}`}
      </Text>
    </section>
  );
}
