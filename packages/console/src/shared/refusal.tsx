import { Alert, List } from "@mantine/core";
import { useContext } from "react";
import { useTranslation } from "react-i18next";
import { APPROVALS } from "../approvals/approvals-search.ts";
import { RouteLink } from "./route-link.tsx";
import { isUnreachable, UnreachableIsSaid } from "./unreachable.ts";

/** Of these the code says all. */
const SAID_BY_CODE: ReadonlySet<string> = new Set([
  ...["unreachable", "timeout", "unexpected_answer", "unauthenticated", "method_not_allowed", "unsupported_media_type"],
  ...["rate_limited", "unavailable", "internal"],
]);

/**
 * What kind of refusal it is, in the reader's language; and why, in the server's own words: they name the field, what was
 * wrong and what is right.
 */
export function Refusal({ error }: { readonly error: unknown }) {
  const { t } = useTranslation();
  const isSaid = useContext(UnreachableIsSaid) && isUnreachable(error);
  if (error === null || error === undefined || isSaid) return null;
  const {
    code = "",
    message,
    requestId,
    problems = [],
  } = error as {
    readonly code?: string;
    readonly message: string;
    readonly requestId?: string;
    readonly problems?: readonly { readonly field: string; readonly message: string }[];
  };
  if (code === "approval_pending") return <Waits />;
  return (
    <Alert color="red" variant="light" role="alert" title={t(`problem.${code}`, { defaultValue: t("refused") })}>
      {SAID_BY_CODE.has(code) ? t(`problem.text.${code}`, { id: requestId }) : <span lang="en">{message}</span>}
      {problems.length > 0 && (
        <List size="sm" mt={4} lang="en">
          {problems.map((problem) => (
            <List.Item key={`${problem.field} ${problem.message}`}>
              {problem.field}: {problem.message}
            </List.Item>
          ))}
        </List>
      )}
    </Alert>
  );
}

/** Nothing went wrong: somebody else has to approve it first. */
function Waits() {
  const { t } = useTranslation();
  return (
    <Alert color="yellow" variant="light" role="alert" title={t("approvals.pendingTitle")}>
      {t("approvals.pendingText")}{" "}
      <RouteLink to={APPROVALS} size="sm" underline="always">
        {t("approvals.see")}
      </RouteLink>
    </Alert>
  );
}
