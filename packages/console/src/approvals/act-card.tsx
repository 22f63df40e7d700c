import { Alert, Badge, Group, Paper, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useAuthorName } from "../safeguard/use-policy.ts";
import { useFormat } from "../shared/format.ts";
import { RelativeTime } from "../shared/relative-time.tsx";
import { RouteLink } from "../shared/route-link.tsx";
import { wordsOfAct } from "./act-words.ts";
import type { ActProposal } from "./approval-types.ts";
import { Decide } from "./decide.tsx";

const COLORS = { approved: "teal", rejected: "red", withdrawn: "gray", expired: "gray" } as const;

/** Rights of people and keys: an operator's approval of these is refused. */
const OWNERS_GIVE: ReadonlySet<string> = new Set(["add_member", "change_member", "widen_key"]);

/** Something else that loosens, and waits or waited: who, why, what it would do, and what became of it. */
export function ActCard({ proposal }: { readonly proposal: ActProposal }) {
  const { t } = useTranslation();
  const format = useFormat();
  const nameOf = useAuthorName();
  const { id, act, reason, proposedBy, mine, createdAt, expiresAt, state, decision } = proposal;
  const { title, effect } = wordsOfAct(proposal, t, format);
  const who = (
    <>
      <Text size="sm" className="break">
        {t("approvals.by", { name: nameOf(proposedBy) })} <RelativeTime at={createdAt} />
        {reason !== null && t("approvals.because", { reason })}
      </Text>
      <Text size="sm" className="break">
        {effect}{" "}
        {act.type === "judge_incident" && (
          <RouteLink
            to="/channels/incidents/$number"
            params={{ number: String(act.incident) }}
            size="sm"
            underline="always"
          >
            {t("incidents.name", { number: act.incident })}
          </RouteLink>
        )}
      </Text>
    </>
  );
  if (state === "open") {
    return (
      <Alert color="yellow" variant="light" title={t("approvals.waitsFor", { what: title })} data-proposal={id}>
        <Stack gap="xs">
          {who}
          <Text size="sm">
            {t("safeguard.expires")} <RelativeTime at={expiresAt} />.
          </Text>
          <Decide
            path={`/v1/approvals/acts/${id}`}
            argument={id}
            name={title}
            proposedBy={proposedBy}
            mine={mine}
            mayWithdraw={mine}
            ownersOnly={OWNERS_GIVE.has(act.type)}
          />
        </Stack>
      </Alert>
    );
  }
  return (
    <Paper withBorder p="md" component="section" aria-label={title} data-proposal={id}>
      <Stack gap={4}>
        <Group gap="xs">
          <Text fw={600}>{title}</Text>
          <Badge variant="light" c="bright" color={COLORS[state]}>
            {t(`approvals.state.${state}`)}
          </Badge>
          <Text size="sm" className="break">
            {decision === null ? (
              <RelativeTime at={expiresAt} />
            ) : (
              <>
                {t("approvals.decidedBy", { name: nameOf(decision.by) })} <RelativeTime at={decision.at} />
                {t("approvals.because", { reason: decision.reason })}
              </>
            )}
          </Text>
        </Group>
        {who}
      </Stack>
    </Paper>
  );
}
