import { Skeleton, Table, Text, Title, VisuallyHidden } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { SCOPE_GROUPS, scopeKey } from "../keys/scopes.ts";
import { Refusal } from "../shared/refusal.tsx";
import { useInstallation } from "../shared/use-installation.ts";
import { ROLES } from "./people-search.ts";

/** What each role may do, as the server has it. */
export function RoleTable() {
  const { t } = useTranslation();
  const installation = useInstallation();
  const roles = installation.data?.roles;
  return (
    <section aria-labelledby="roles">
      <Title order={2} size="h4" id="roles" mt="xl" mb="xs">
        {t("people.roles.title")}
      </Title>
      <Text size="sm" mb="sm" maw={720}>
        {t("people.roles.text")}
      </Text>
      <Refusal error={installation.error} />
      {installation.isPending && <Skeleton height={300} aria-busy="true" aria-label={t("loading")} />}
      {roles !== undefined && (
        <Table.ScrollContainer minWidth={520} scrollAreaProps={{ tabIndex: 0, "aria-label": t("people.roles.title") }}>
          <Table verticalSpacing={4} aria-label={t("people.roles.title")}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t("people.roles.may")}</Table.Th>
                {ROLES.map((role) => (
                  <Table.Th key={role} ta="center">
                    {t(`people.role.${role}.name`)}
                  </Table.Th>
                ))}
              </Table.Tr>
            </Table.Thead>
            {SCOPE_GROUPS.map(({ name, scopes }) => (
              <Table.Tbody key={name}>
                <Table.Tr>
                  <Table.Th colSpan={ROLES.length + 1} scope="rowgroup" pt="sm">
                    {t(`keys.group.${name}`)}
                  </Table.Th>
                </Table.Tr>
                {scopes.map((scope) => (
                  <Table.Tr key={scope}>
                    <Table.Td>{t(scopeKey(scope))}</Table.Td>
                    {ROLES.map((role) => {
                      const may = roles.find((one) => one.role === role)?.permissions.includes(scope) === true;
                      return (
                        <Table.Td key={role} ta="center">
                          <span aria-hidden>{may ? "✓" : "–"}</span>
                          <VisuallyHidden>{t(may ? "people.roles.yes" : "people.roles.no")}</VisuallyHidden>
                        </Table.Td>
                      );
                    })}
                  </Table.Tr>
                ))}
              </Table.Tbody>
            ))}
          </Table>
        </Table.ScrollContainer>
      )}
    </section>
  );
}
