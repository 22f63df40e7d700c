import { PasswordInput, Progress, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

export const SHORTEST_PASSWORD = 12;

export interface NewPassword {
  readonly password: string;
  readonly again: string;
}

/** Undefined: it can be sent. */
export function passwordProblem({ password, again }: NewPassword): "short" | "different" | undefined {
  if (password.length < SHORTEST_PASSWORD) return "short";
  return password === again ? undefined : "different";
}

/** What the server has against the password, said at its field; undefined: it refused nothing, or something else. */
export function passwordRefusal(error: unknown): string | undefined {
  const { problems = [] } = (error ?? {}) as { readonly problems?: readonly { field: string; message: string }[] };
  return problems.length > 0 && problems.every(({ field }) => field === "password") ? problems[0]?.message : undefined;
}

/** A password, twice. Length is what makes it strong; nothing else is asked. */
export function NewPasswordFields({
  value,
  refused,
  onChange,
}: {
  readonly value: NewPassword;
  /** What the server had against it. */
  readonly refused?: string | undefined;
  readonly onChange: (value: NewPassword) => void;
}) {
  const { t } = useTranslation();
  const { password, again } = value;
  const isDifferent = again !== "" && passwordProblem(value) === "different";
  return (
    <Stack gap="sm">
      <div>
        <PasswordInput
          label={t("newPassword.password")}
          description={t("newPassword.rule", { count: SHORTEST_PASSWORD })}
          autoComplete="new-password"
          required
          error={refused === undefined ? undefined : t("newPassword.refused", { problem: refused })}
          visibilityToggleButtonProps={{ "aria-label": t("signIn.show"), tabIndex: 0 }}
          value={password}
          onChange={(event) => onChange({ password: event.currentTarget.value, again })}
        />
        {/* (how much of the length is there; only the server knows whether it is good, so nothing turns green) */}
        <Progress
          mt={6}
          size="xs"
          value={Math.min(100, (100 * password.length) / SHORTEST_PASSWORD)}
          color={password.length < SHORTEST_PASSWORD ? "yellow" : "gray"}
          aria-hidden
        />
        <Text size="xs" c="dimmed" aria-live="polite">
          {password === "" || refused !== undefined
            ? " "
            : password.length < SHORTEST_PASSWORD
              ? t("newPassword.short", { count: SHORTEST_PASSWORD - password.length })
              : t("newPassword.long")}
        </Text>
      </div>
      <PasswordInput
        label={t("newPassword.again")}
        autoComplete="new-password"
        required
        error={isDifferent ? t("newPassword.different") : undefined}
        visibilityToggleButtonProps={{ "aria-label": t("signIn.show"), tabIndex: 0 }}
        value={again}
        onChange={(event) => onChange({ password, again: event.currentTarget.value })}
      />
    </Stack>
  );
}
