import { Alert, Button, Group, PasswordInput, Stack } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { askSignIn } from "../api/server.ts";
import { NewPasswordFields, passwordProblem } from "../session/new-password-fields.tsx";
import { Dialog } from "../shared/dialog.tsx";
import { Section } from "../shared/section.tsx";

const NONE = { password: "", again: "" };

/** Changes the password; every other session ends with it. */
export function OwnPassword() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [isOpen, setIsOpen] = useState(false);
  const [current, setCurrent] = useState("");
  const [value, setValue] = useState(NONE);
  const close = (): void => {
    setIsOpen(false);
    setCurrent("");
    setValue(NONE);
    change.reset();
  };
  const change = useMutation({
    mutationFn: () => askSignIn("/change-password", { currentPassword: current, newPassword: value.password }),
    onSuccess: async (answer) => {
      if (!answer.ok) return;
      close();
      notifications.show({ color: "teal", message: t("ownSignIn.password.done") });
      await queries.invalidateQueries({ queryKey: ["own-sessions"] });
      await queries.invalidateQueries({ queryKey: ["session"] });
    },
  });
  return (
    <Section
      title={t("ownSignIn.password.title")}
      text={t("ownSignIn.password.text")}
      acts={
        <Button variant="default" onClick={() => setIsOpen(true)}>
          {t("ownSignIn.password.change")}
        </Button>
      }
    >
      <Dialog
        opened={isOpen}
        onClose={close}
        title={t("ownSignIn.password.change")}
        closeButtonProps={{ "aria-label": t("close") }}
      >
        <form
          onSubmit={(event) => {
            event.preventDefault();
            change.mutate();
          }}
        >
          <Stack gap="sm">
            <PasswordInput
              label={t("ownSignIn.password.current")}
              autoComplete="current-password"
              required
              data-autofocus
              visibilityToggleButtonProps={{ "aria-label": t("signIn.show"), tabIndex: 0 }}
              value={current}
              onChange={(event) => setCurrent(event.currentTarget.value)}
            />
            <NewPasswordFields value={value} onChange={setValue} />
            {change.data?.ok === false && (
              <Alert color="red" variant="light" role="alert" title={t("refused")}>
                {change.data.message}
              </Alert>
            )}
            <Group justify="flex-end">
              <Button variant="default" onClick={close}>
                {t("cancel")}
              </Button>
              <Button
                type="submit"
                loading={change.isPending}
                disabled={current === "" || passwordProblem(value) !== undefined}
              >
                {t("ownSignIn.password.go")}
              </Button>
            </Group>
          </Stack>
        </form>
      </Dialog>
    </Section>
  );
}
