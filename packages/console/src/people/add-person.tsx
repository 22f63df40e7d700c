import { Button, Group, Stack, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useWorking } from "../session/session.ts";
import { Dialog } from "../shared/dialog.tsx";
import { Refusal } from "../shared/refusal.tsx";
import { LinkShown } from "./link-shown.tsx";
import type { MadeLink, Member } from "./member.ts";
import type { Role } from "./people-search.ts";
import { RoleChoice } from "./role-choice.tsx";

/** Makes somebody a member, and shows the link by which the person comes in. */
export function AddPerson({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const { server, account } = useWorking();
  const queries = useQueryClient();
  const [email, setEmail] = useState("");
  const [name, setName] = useState("");
  const [role, setRole] = useState<Role>("analyst");
  const add = useMutation({
    mutationFn: async (): Promise<MadeLink | "has_login"> => {
      const body = { email: email.trim(), name: name.trim(), role };
      const { id } = await server.call<Member>({ method: "POST", path: "/v1/members", body });
      await queries.invalidateQueries({ queryKey: ["members", account.id] });
      try {
        return await server.call<MadeLink>({ method: "POST", path: `/v1/members/${id}/invitation` });
      } catch (error) {
        // (known from another account: signs in as before)
        if ((error as { readonly code?: string }).code === "conflict") return "has_login";
        throw error;
      }
    },
    onSuccess: (made) => {
      if (made !== "has_login") return;
      onClose();
      notifications.show({ color: "teal", message: t("people.add.hasLogin", { name }) });
    },
  });
  const link = add.data;
  return (
    <Dialog
      opened
      size="lg"
      onClose={onClose}
      closeOnClickOutside={false}
      title={t("people.add.title")}
      closeButtonProps={{ "aria-label": t("close") }}
    >
      {link !== undefined && link !== "has_login" ? (
        <Stack gap="md">
          <LinkShown link={link} name={name} />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t("close")}
            </Button>
          </Group>
        </Stack>
      ) : (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            add.mutate();
          }}
        >
          <Stack gap="md">
            <TextInput
              label={t("people.column.name")}
              required
              data-autofocus
              maxLength={200}
              autoComplete="off"
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
            />
            <TextInput
              label={t("people.column.email")}
              description={t("people.add.email")}
              type="email"
              required
              maxLength={254}
              autoComplete="off"
              value={email}
              onChange={(event) => setEmail(event.currentTarget.value)}
            />
            <RoleChoice value={role} onChange={setRole} />
            <Refusal error={add.error} />
            <Group justify="flex-end">
              <Button variant="default" onClick={onClose}>
                {t("cancel")}
              </Button>
              <Button type="submit" loading={add.isPending} disabled={name.trim() === "" || email.trim() === ""}>
                {t("people.add.go")}
              </Button>
            </Group>
          </Stack>
        </form>
      )}
    </Dialog>
  );
}
