import { Radio, Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { ROLES, type Role } from "./people-search.ts";

/** One role, each with what it is for. */
export function RoleChoice({ value, onChange }: { readonly value: Role; readonly onChange: (role: Role) => void }) {
  const { t } = useTranslation();
  return (
    <Radio.Group
      label={t("people.column.role")}
      value={value}
      onChange={(chosen) => onChange(ROLES.find((role) => role === chosen) ?? value)}
    >
      <Stack gap="xs" mt="xs">
        {ROLES.map((role) => (
          <Radio
            key={role}
            value={role}
            label={t(`people.role.${role}.name`)}
            description={t(`people.role.${role}.text`)}
          />
        ))}
      </Stack>
    </Radio.Group>
  );
}
