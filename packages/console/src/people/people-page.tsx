import {
  ActionIcon,
  Badge,
  Button,
  Card,
  Group,
  Menu,
  Select,
  Table,
  Text,
  TextInput,
  VisuallyHidden,
} from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay, useWorking } from "../session/session.ts";
import { csvOf } from "../shared/csv.ts";
import { CsvButton } from "../shared/csv-button.tsx";
import { LoadingRows, MoreButton } from "../shared/list-states.tsx";
import { PageHead } from "../shared/page-head.tsx";
import { Refusal } from "../shared/refusal.tsx";
import { RelativeTime } from "../shared/relative-time.tsx";
import { RouteLink } from "../shared/route-link.tsx";
import { AddPerson } from "./add-person.tsx";
import { findMembers, type Member } from "./member.ts";
import { type Act, MemberAct } from "./member-act.tsx";
import { OWN_SIGN_IN, ROLES, type Role } from "./people-search.ts";
import { RoleTable } from "./role-table.tsx";

const route = getRouteApi("/frame/settings/people");
const COLOURS: Readonly<Record<Role, string>> = { owner: "sea", operator: "teal", analyst: "gray", read_only: "gray" };

interface Page {
  readonly items: readonly Member[];
  readonly next: string | null;
}

/** Who may do what in this account, and how others come in. */
export function PeoplePage() {
  const { t } = useTranslation();
  const { server, account } = useWorking();
  const mayWrite = useMay("members:write");
  const { q, role } = route.useSearch();
  const navigate = route.useNavigate();
  const [opened, setOpened] = useState<{ readonly act: Act; readonly member: Member } | "new">();
  const list = useInfiniteQuery({
    queryKey: ["members", account.id],
    queryFn: ({ pageParam }) =>
      server.call<Page>({
        method: "GET",
        path: `/v1/members?limit=200${pageParam === undefined ? "" : `&cursor=${encodeURIComponent(pageParam)}`}`,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
  });
  const all = list.data?.pages.flatMap(({ items }) => items) ?? [];
  const shown = findMembers(all, { q, role });
  const close = () => setOpened(undefined);
  return (
    <>
      <PageHead title={t("people.title")}>
        <CsvButton name="people" isEmpty={shown.length === 0} csv={() => csvOfMembers(shown)} />
        {mayWrite && <Button onClick={() => setOpened("new")}>{t("people.add.button")}</Button>}
      </PageHead>
      <Text mb="md" maw={720}>
        {t("people.text")} {!mayWrite && t("people.mayNot")}
      </Text>
      <Group mb="md" gap="sm" align="flex-end">
        <TextInput
          type="search"
          label={t("people.search")}
          w={{ base: "100%", xs: 260 }}
          value={q ?? ""}
          onChange={({ currentTarget: { value } }) =>
            void navigate({ search: (old) => ({ ...old, q: value || undefined }), replace: true })
          }
        />
        <Select
          label={t("people.column.role")}
          w={{ base: "100%", xs: 180 }}
          clearable
          placeholder={t("people.anyRole")}
          value={role ?? null}
          data={ROLES.map((value) => ({ value, label: t(`people.role.${value}.name`) }))}
          onChange={(value) =>
            void navigate({ search: (old) => ({ ...old, role: ROLES.find((one) => one === value) }) })
          }
        />
      </Group>
      <Refusal error={list.error} />
      {list.isPending ? (
        <LoadingRows height={48} />
      ) : shown.length > 0 ? (
        <MemberTable members={shown} mayWrite={mayWrite} onAct={(act, member) => setOpened({ act, member })} />
      ) : (
        !list.isError && (
          <Card withBorder p="xl">
            <Text fw={600}>{t(all.length === 0 ? "people.none" : "people.noneSuch")}</Text>
            <Text size="sm" mt={4}>
              {t(all.length === 0 ? "people.noneText" : "people.noneSuchText")}
            </Text>
          </Card>
        )
      )}
      <MoreButton list={list} />
      <RoleTable />
      {opened === "new" && <AddPerson onClose={close} />}
      {opened !== undefined && opened !== "new" && <MemberAct {...opened} onClose={close} />}
    </>
  );
}

function MemberTable({
  members,
  mayWrite,
  onAct,
}: {
  readonly members: readonly Member[];
  readonly mayWrite: boolean;
  readonly onAct: (act: Act, member: Member) => void;
}) {
  const { t } = useTranslation();
  const { signedIn } = useWorking();
  return (
    <Table verticalSpacing="sm" aria-label={t("people.title")}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t("people.column.name")}</Table.Th>
          <Table.Th visibleFrom="sm">{t("people.column.role")}</Table.Th>
          <Table.Th visibleFrom="sm">{t("people.column.secondFactor")}</Table.Th>
          <Table.Th visibleFrom="md">{t("people.column.since")}</Table.Th>
          {mayWrite && (
            <Table.Th w={48}>
              <VisuallyHidden>{t("people.column.acts")}</VisuallyHidden>
            </Table.Th>
          )}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {members.map((member) => {
          const isOneself = member.email === signedIn.person.email;
          const secondFactor = t(`people.secondFactor.${member.secondFactor}`);
          const badge = (
            <Badge variant="light" color={COLOURS[member.role]} tt="none">
              {t(`people.role.${member.role}.name`)}
            </Badge>
          );
          return (
            <Table.Tr key={member.id}>
              <Table.Td style={{ overflowWrap: "anywhere" }}>
                <Text fw={600}>{member.name}</Text>
                <Text size="sm" c="dimmed">
                  {member.email}
                </Text>
                {isOneself && (
                  <RouteLink to={OWN_SIGN_IN} size="sm">
                    {t("people.you")}
                  </RouteLink>
                )}
                <Group hiddenFrom="sm" mt={4} gap="xs">
                  {badge}
                  <Text size="sm">{t("people.secondFactorIs", { state: secondFactor })}</Text>
                </Group>
              </Table.Td>
              <Table.Td visibleFrom="sm">{badge}</Table.Td>
              <Table.Td visibleFrom="sm">
                <Text size="sm">{secondFactor}</Text>
              </Table.Td>
              <Table.Td visibleFrom="md">
                <RelativeTime at={member.createdAt} size="sm" />
              </Table.Td>
              {mayWrite && (
                <Table.Td>
                  <Menu position="bottom-end">
                    <Menu.Target>
                      <ActionIcon variant="subtle" color="gray">
                        <span aria-hidden>⋯</span>
                        <VisuallyHidden>{t("people.acts", { name: member.name })}</VisuallyHidden>
                      </ActionIcon>
                    </Menu.Target>
                    <Menu.Dropdown>
                      <Menu.Item onClick={() => onAct("role", member)}>{t("people.act.role.name")}</Menu.Item>
                      {!isOneself && (
                        <Menu.Item onClick={() => onAct("invite", member)}>{t("people.act.invite.name")}</Menu.Item>
                      )}
                      <Menu.Divider />
                      <Menu.Item color="red" onClick={() => onAct("remove", member)}>
                        {t("people.act.remove.name")}
                      </Menu.Item>
                    </Menu.Dropdown>
                  </Menu>
                </Table.Td>
              )}
            </Table.Tr>
          );
        })}
      </Table.Tbody>
    </Table>
  );
}

function csvOfMembers(members: readonly Member[]): string {
  return csvOf(
    ["id", "name", "email", "role", "second_factor", "since"],
    members.map(({ id, name, email, role, secondFactor, createdAt }) => [
      id,
      name,
      email,
      role,
      secondFactor,
      createdAt,
    ]),
  );
}
