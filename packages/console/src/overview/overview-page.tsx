import { Title } from "@mantine/core";
import { useTranslation } from "react-i18next";

export function OverviewPage() {
  const { t } = useTranslation();
  return <Title order={1}>{t("navigation.overview")}</Title>;
}
