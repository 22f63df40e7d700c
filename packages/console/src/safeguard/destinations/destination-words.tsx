import { List, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useFormat } from "../../shared/format.ts";
import { type DestinationLine, verifiedShare } from "./destination-line.ts";

/** Name and state in one sentence, for those who hear it. */
export function useDestinationLabel(): (line: DestinationLine) => string {
  const { t } = useTranslation();
  return ({ destination, action, isChanged }) => {
    const state = t(`destinations.action.${action}`);
    const place = t("destinations.label", { name: destination.name, code: destination.code, state });
    return isChanged ? t("destinations.labelChanged", { place }) : place;
  };
}

/** What is known of a destination: shown beside it on the map. */
export function DestinationWords({ line, days }: { readonly line: DestinationLine; readonly days: number }) {
  const { t } = useTranslation();
  const { count, share, money } = useFormat();
  const { destination, action, because, traffic, incidents, isChanged, now } = line;
  const verified = verifiedShare(line);
  return (
    <>
      <Text fw={600} size="sm">
        {destination.name}{" "}
        <Text span size="xs" c="dimmed">
          {destination.code} · +{destination.callingCode}
        </Text>
      </Text>
      <Text size="xs">
        {t(`destinations.action.${action}`)} ({t(`destinations.because.${because}`)})
        {isChanged && ` · ${t("destinations.wasBefore", { state: t(`destinations.action.${now}`) })}`}
      </Text>
      {traffic !== null && (
        <Text size="xs">
          {t("destinations.sentIn", { count: traffic.billable, sent: count(traffic.billable), days })}
          {verified !== undefined && ` · ${t("destinations.verifiedShare", { share: share(verified) })}`}
          {traffic.spend.map((amount) => ` · ${money(amount)}`)}
        </Text>
      )}
      {incidents > 0 && <Text size="xs">{t("destinations.incidents", { count: incidents })}</Text>}
      {destination.twins.length > 0 && (
        <Text size="xs">
          {t("destinations.twins", { names: destination.twins.map(({ name }) => name).join(", ") })}
        </Text>
      )}
      <RiskReasons line={line} />
    </>
  );
}

/** Why a destination has a risk mark, and who says so. */
export function RiskReasons({ line, links = false }: { readonly line: DestinationLine; readonly links?: boolean }) {
  const { t } = useTranslation();
  const { risk, mark } = line.destination;
  if (risk === null && mark === null) return null;
  return (
    <List size="xs" mt={2} withPadding={false} listStyleType="'⚠ '">
      {mark !== null && <List.Item>{t(`destinations.mark.${mark}`)}</List.Item>}
      {risk?.sources.map(({ name, url }) => (
        <List.Item key={url}>
          {name}
          {links && (
            <>
              {" "}
              <a href={url} target="_blank" rel="noreferrer">
                {new URL(url).hostname}
              </a>
            </>
          )}
        </List.Item>
      ))}
    </List>
  );
}
