import { Timeline as Steps, Text, Title } from "@mantine/core";
import type { IncidentDetail } from "@safeguard/client";
import { useTranslation } from "react-i18next";
import { RelativeTime } from "../../shared/relative-time.tsx";

/** What happened, the latest first. */
export function Timeline({ incident }: { readonly incident: IncidentDetail }) {
  const { t } = useTranslation();
  const entries = [...incident.timeline].reverse();
  return (
    <section aria-labelledby="timeline">
      <Title order={2} size="h4" mb="sm" id="timeline">
        {t("incidents.timeline")}
      </Title>
      <Steps bulletSize={14} lineWidth={2}>
        {entries.map(({ at, type, range }, place) => (
          <Steps.Item
            // biome-ignore lint/suspicious/noArrayIndexKey: two things may happen at one time to one range
            key={`${at} ${type} ${range} ${entries.length - place}`}
            title={
              <Text size="sm" fw={600}>
                {t(`incidents.event.${type}`, { defaultValue: type.replaceAll("_", " ") })}
              </Text>
            }
          >
            <Text size="sm">
              <RelativeTime at={at} />
              {range !== null && ` · ${range}`}
            </Text>
          </Steps.Item>
        ))}
      </Steps>
    </section>
  );
}
