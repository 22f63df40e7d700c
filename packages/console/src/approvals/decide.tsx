import { Button, Group, Text, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay, useWorking } from "../session/session.ts";
import { Refusal } from "../shared/refusal.tsx";
import { useForgetDecided } from "./use-approvals.ts";

export interface DecideProps {
  /** Of the proposal: its path in the API, without the verb. */
  readonly path: string;
  /** What is decided on, for whoever hears the buttons. */
  readonly name: string;
  readonly mine: boolean;
  readonly mayWithdraw: boolean;
}

/** Approve, reject or withdraw, with the reason. Nobody approves his own; only who proposed it withdraws it. */
export function Decide({ path, name, mine, mayWithdraw }: DecideProps) {
  const { t } = useTranslation();
  const { server } = useWorking();
  const mayApprove = useMay("approvals:write");
  const forget = useForgetDecided();
  const [reason, setReason] = useState("");
  const decide = useMutation({
    mutationFn: (verb: "approve" | "reject" | "withdraw") =>
      server.call({ method: "POST", path: `${path}/${verb}`, body: { reason: reason.trim() } }),
    onSuccess: forget,
  });
  const button = (verb: "approve" | "reject" | "withdraw", variant: string, isOpen: boolean) => (
    <Button
      size="xs"
      variant={variant}
      disabled={!isOpen || reason.trim() === ""}
      loading={decide.isPending && decide.variables === verb}
      onClick={() => decide.mutate(verb)}
    >
      {t(`approvals.${verb}`)}
      <span className="sr-only"> {name}</span>
    </Button>
  );
  if (!mayApprove && !mayWithdraw) return <Text size="sm">{t("approvals.mayNot")}</Text>;
  return (
    <>
      {mine && <Text size="sm">{t("approvals.mine")}</Text>}
      <Group align="flex-end" gap="xs">
        <TextInput
          size="xs"
          label={t("approvals.reason")}
          maxLength={500}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
          flex={1}
          miw={180}
        />
        {mayApprove && button("approve", "filled", !mine)}
        {mayApprove && button("reject", "default", true)}
        {mayWithdraw && button("withdraw", mayApprove ? "subtle" : "default", mine)}
      </Group>
      <Refusal error={decide.error} />
    </>
  );
}
