import { Button, Skeleton, Stack } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { askSignIn, serverFor } from "../api/server.ts";
import { Refusal } from "../shared/refusal.tsx";
import { NewPasswordFields, passwordProblem, passwordRefusal } from "./new-password-fields.tsx";
import { Outside } from "./outside.tsx";
import { useForgetAll } from "./session.ts";
import { useLink } from "./use-link.ts";
import { isUsed, UsedLink } from "./used-link.tsx";

/** A member makes a login, by an invitation. */
export function JoinPage() {
  return <PasswordPage path="/v1/sign-in/join" words="join" />;
}

/** A person sets a new password, by a link that the operator made. */
export function NewPasswordPage() {
  return <PasswordPage path="/v1/sign-in/new-password" words="reset" />;
}

function PasswordPage({ path, words }: { readonly path: string; readonly words: "join" | "reset" }) {
  const { t } = useTranslation();
  const { token, link } = useLink();
  const navigate = useNavigate();
  const forgetAll = useForgetAll();
  const [value, setValue] = useState({ password: "", again: "" });
  const save = useMutation({
    mutationFn: async () => {
      const { password } = value;
      await sendNothingBack(path, { token, password });
      return askSignIn("/sign-in/email", { email: link.data?.email ?? "", password });
    },
    onSuccess: async (answer) => {
      forgetAll();
      await navigate({ to: answer.ok && !answer.needsSecondFactor ? "/overview" : "/sign-in" });
    },
  });
  const refused = passwordRefusal(save.error);
  const account = link.data?.account ?? "";
  const email = link.data?.email ?? "";
  return (
    <Outside
      brand={link.data?.brand}
      title={t(`${words}.title`)}
      text={link.data && t(`${words}.text`, { account, email })}
    >
      {link.isPending && <Skeleton h={120} />}
      {isUsed(link.error) ? <UsedLink /> : <Refusal error={link.error} />}
      {refused === undefined && <Refusal error={save.error} />}
      {link.data !== undefined && (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            save.mutate();
          }}
        >
          <Stack gap="md">
            <NewPasswordFields
              value={value}
              refused={refused}
              onChange={(changed) => {
                setValue(changed);
                if (save.isError) save.reset();
              }}
            />
            <Button type="submit" disabled={passwordProblem(value) !== undefined} loading={save.isPending}>
              {t(`${words}.go`)}
            </Button>
          </Stack>
        </form>
      )}
    </Outside>
  );
}

/** A POST that is answered with nothing. */
export async function sendNothingBack(path: string, body: unknown): Promise<void> {
  await serverFor(undefined).call<null>({ method: "POST", path, body });
}
