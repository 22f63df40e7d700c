import { Button, Group, Text, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import type { PolicyAuthor } from "@safeguard/client";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay, useWorking } from "../session/session.ts";
import { Refusal } from "../shared/refusal.tsx";
import { NobodyElse } from "./nobody-else.tsx";
import { useForgetDecided } from "./use-approvals.ts";
import { useNobodyElse } from "./use-approvers.ts";

export interface DecideProps {
  /** Of the proposal: its path in the API, without the verb. */
  readonly path: string;
  /** The same for `safeguard approvals`: its number or id, with what else tells which one it is. */
  readonly argument: string;
  /** What is decided on, for whoever hears the buttons. */
  readonly name: string;
  readonly proposedBy: PolicyAuthor;
  readonly mine: boolean;
  readonly mayWithdraw: boolean;
  /** It is about rights, which an owner alone gives. */
  readonly ownersOnly?: boolean;
}

type Verb = "approve" | "reject" | "withdraw";
const DONE = { approve: "approved", reject: "rejected", withdraw: "withdrawn" } as const;

/** Approve, reject or withdraw, with the reason. Nobody approves his own; only who proposed it withdraws it. */
export function Decide({ path, argument, name, proposedBy, mine, mayWithdraw, ownersOnly }: DecideProps) {
  const { t } = useTranslation();
  const { server } = useWorking();
  const mayApprove = useMay("approvals:write");
  const isAlone = useNobodyElse(proposedBy, mine, ownersOnly);
  const forget = useForgetDecided();
  const [reason, setReason] = useState("");
  const decide = useMutation({
    mutationFn: (verb: Verb) =>
      server.call({ method: "POST", path: `${path}/${verb}`, body: { reason: reason.trim() } }),
    onSuccess: (_, verb) => {
      notifications.show({
        color: verb === "approve" ? "teal" : "gray",
        autoClose: false,
        closeButtonProps: { "aria-label": t("close") },
        title: `${t(`approvals.state.${DONE[verb]}`)}: ${name}`,
        message: t(`approvals.became.${DONE[verb]}`),
      });
      return forget();
    },
  });
  const button = (verb: Verb, variant: string, isOpen: boolean) => (
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
  const help = isAlone && <NobodyElse argument={argument} />;
  if (!mayApprove && !(mayWithdraw && mine)) {
    return (
      <>
        <Text size="sm">{t("approvals.mayNot")}</Text>
        {help}
      </>
    );
  }
  return (
    <>
      {mine && <Text size="sm">{t("approvals.mine")}</Text>}
      {help}
      <Group align="flex-end" gap="xs">
        <TextInput
          size="xs"
          label={t("approvals.reason")}
          required
          maxLength={500}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
          flex={1}
          miw={180}
        />
        {mayApprove && button("approve", "filled", !mine)}
        {mayApprove && button("reject", "default", true)}
        {mayWithdraw && mine && button("withdraw", "default", true)}
      </Group>
      {reason.trim() === "" && <Text size="xs">{t(mine ? "approvals.whyFirstMine" : "approvals.whyFirst")}</Text>}
      <Refusal error={decide.error} />
    </>
  );
}
