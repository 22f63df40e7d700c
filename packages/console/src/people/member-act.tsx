import { Alert, Button, Group, List, Skeleton, Stack } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useWorking } from "../session/session.ts";
import { Dialog } from "../shared/dialog.tsx";
import { Refusal } from "../shared/refusal.tsx";
import { LinkShown } from "./link-shown.tsx";
import type { MadeLink, Member } from "./member.ts";
import { RoleChoice } from "./role-choice.tsx";

export type Act = "invite" | "role" | "remove";

interface ActProps {
  readonly member: Member;
  readonly onClose: () => void;
}

/** One of the things that can be done with a member. */
export function MemberAct({ act, ...props }: ActProps & { readonly act: Act }) {
  const { t } = useTranslation();
  const { name } = props.member;
  return (
    <Dialog
      opened
      size="lg"
      onClose={props.onClose}
      title={t(`people.act.${act}.title`, { name })}
      closeButtonProps={{ "aria-label": t("close") }}
    >
      {act === "invite" ? <Invite {...props} /> : act === "role" ? <ChangeRole {...props} /> : <Remove {...props} />}
    </Dialog>
  );
}

function pathOf({ id }: Member): string {
  return `/v1/members/${encodeURIComponent(id)}`;
}

function Invite({ member, onClose }: ActProps) {
  const { t } = useTranslation();
  const { server } = useWorking();
  const link = useQuery({
    queryKey: ["invitation", member.id],
    queryFn: () => server.call<MadeLink>({ method: "POST", path: `${pathOf(member)}/invitation` }),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    retry: false,
  });
  return (
    <Stack gap="md">
      {link.isPending && <Skeleton height={140} aria-busy="true" aria-label={t("loading")} />}
      <Refusal error={link.error} />
      {link.data !== undefined && <LinkShown link={link.data} name={member.name} />}
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          {t("close")}
        </Button>
      </Group>
    </Stack>
  );
}

function ChangeRole({ member, onClose }: ActProps) {
  const { t } = useTranslation();
  const { server, account, signedIn } = useWorking();
  const queries = useQueryClient();
  const [role, setRole] = useState(member.role);
  const save = useMutation({
    mutationFn: () => server.call({ method: "PATCH", path: pathOf(member), body: { role } }),
    onSuccess: async () => {
      onClose();
      notifications.show({
        color: "teal",
        message: t("people.act.role.done", { name: member.name, role: t(`people.role.${role}.name`) }),
      });
      await queries.invalidateQueries({ queryKey: ["members", account.id] });
      if (member.email === signedIn.person.email) await queries.invalidateQueries({ queryKey: ["session"] });
    },
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate();
      }}
    >
      <Stack gap="md">
        <RoleChoice value={role} onChange={setRole} />
        <Refusal error={save.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t("cancel")}
          </Button>
          <Button type="submit" loading={save.isPending} disabled={role === member.role}>
            {t("people.act.role.go")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function Remove({ member, onClose }: ActProps) {
  const { t } = useTranslation();
  const { server, account } = useWorking();
  const queries = useQueryClient();
  const remove = useMutation({
    mutationFn: () => server.call({ method: "DELETE", path: pathOf(member) }),
    onSuccess: async () => {
      onClose();
      notifications.show({ color: "teal", message: t("people.act.remove.done", { name: member.name }) });
      await queries.invalidateQueries({ queryKey: ["members", account.id] });
    },
  });
  return (
    <Stack gap="md">
      <Alert variant="light" color="red" title={t("people.act.remove.means")}>
        <List size="sm">
          {["rights", "keys", "login"].map((what) => (
            <List.Item key={what}>{t(`people.act.remove.${what}`)}</List.Item>
          ))}
        </List>
      </Alert>
      <Refusal error={remove.error} />
      <Group justify="flex-end">
        <Button variant="default" data-autofocus onClick={onClose}>
          {t("cancel")}
        </Button>
        <Button color="red" loading={remove.isPending} onClick={() => remove.mutate()}>
          {t("people.act.remove.go", { name: member.name })}
        </Button>
      </Group>
    </Stack>
  );
}
