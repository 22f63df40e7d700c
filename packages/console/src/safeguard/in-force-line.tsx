import { Alert, Group, Text, Tooltip } from "@mantine/core";
import type { Policy } from "@safeguard/client";
import { Trans, useTranslation } from "react-i18next";
import { useMay } from "../session/session.ts";
import { useFormat } from "../shared/format.ts";
import { RelativeTime } from "../shared/relative-time.tsx";
import { Said } from "../shared/said.tsx";
import { useNow } from "../shared/use-now.ts";
import { UndoButton } from "./undo-button.tsx";
import { isKeptElsewhere, UNDO_MS, useAuthorName, useUndo } from "./use-policy.ts";

/** Since when what the page shows is in force, by which revision, and the way back while it is new. */
export function InForceLine({ policy }: { readonly policy: Policy }) {
  const { t } = useTranslation();
  const mayWrite = useMay("policies:write");
  const undo = useUndo();
  const nameOf = useAuthorName();
  const now = useNow();
  const { revision } = policy;
  return (
    <>
      <Group gap="xs" mih={28} mt={-12} role="status">
        {revision === null ? (
          <Text size="sm">{t("safeguard.nothingSaid")}</Text>
        ) : (
          <Text size="sm">
            <Trans
              i18nKey={revision.author.name === revision.reason ? "safeguard.inForceSince" : "safeguard.inForce"}
              values={{ number: revision.number }}
              components={{
                strong: <strong />,
                since: <Since at={revision.from} />,
                author: <Said text={nameOf(revision.author)} />,
                reason: <Said text={revision.reason} />,
              }}
            />
            {revision.until !== null && (
              <>
                {" "}
                {t("safeguard.ends")} <RelativeTime at={revision.until} />.
              </>
            )}
          </Text>
        )}
        {revision !== null &&
          mayWrite &&
          !isKeptElsewhere(policy) &&
          revision.number > 1 &&
          now - Date.parse(revision.createdAt) < UNDO_MS && <UndoButton revision={revision} undo={undo} />}
      </Group>
      {policy.managedBy !== null && (
        <Alert color="blue" variant="light" mt="xs" title={t("safeguard.keptTitle", { file: policy.managedBy })}>
          {t("safeguard.keptText")}
        </Alert>
      )}
      {!mayWrite && (
        <Alert color="gray" variant="light" mt="xs">
          {t("safeguard.mayNotWrite")}
        </Alert>
      )}
    </>
  );
}

/** The time itself, as it stands after “since”; how long ago that is when it is pointed at or focused. */
function Since({ at }: { readonly at: string }) {
  const { instant, since } = useFormat();
  return (
    <Tooltip label={since(at, Date.now())} events={{ hover: true, focus: true, touch: true }}>
      <Text component="time" span dateTime={at} tabIndex={0} inherit>
        {instant(at)}
      </Text>
    </Tooltip>
  );
}
