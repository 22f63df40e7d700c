import { Select, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useWorking } from "../session/session.ts";

/** Which account the pages are for. With one account only, its name. */
export function AccountSwitcher() {
  const { t } = useTranslation();
  const { signedIn, account, chooseAccount } = useWorking();
  if (signedIn.accounts.length === 1) {
    return (
      <Text size="sm" c="dimmed" visibleFrom="sm" truncate maw={180}>
        {account.name}
      </Text>
    );
  }
  return (
    <Select
      aria-label={t("frame.account")}
      size="xs"
      w={{ base: 120, sm: 200 }}
      searchable={signedIn.accounts.length > 8}
      limit={100}
      allowDeselect={false}
      value={account.id}
      data={signedIn.accounts.map(({ id, name, suspended }) => ({
        value: id,
        label: suspended ? t("frame.suspended", { name }) : name,
      }))}
      onChange={(id) => {
        if (id !== null) chooseAccount(id);
      }}
    />
  );
}
