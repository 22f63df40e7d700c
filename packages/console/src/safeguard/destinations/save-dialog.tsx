import type { Policy, PolicyDocument, PolicyImpact, PolicyRevision } from "@safeguard/client";
import { useTranslation } from "react-i18next";
import { useWorking } from "../../session/session.ts";
import { ReviewDialog } from "../saving/review-dialog.tsx";
import { POLICY } from "../use-policy.ts";
import { COPY_FORMS, copyAs } from "./copy-as.ts";
import { type DestinationLine, isRisky } from "./destination-line.ts";
import { changeRequestOf, type Draft } from "./draft.ts";
import { ImpactWords } from "./impact-words.tsx";

export interface SaveDialogProps {
  readonly policy: Policy;
  readonly draft: Draft;
  readonly document: PolicyDocument;
  readonly lines: readonly DestinationLine[];
  readonly impact: PolicyImpact | undefined;
  onSaved(revision: PolicyRevision): void;
  onClose(): void;
}

/** What changes of the destinations, and what it would have done; with a tick for what is risky. */
export function SaveDialog({ policy, draft, document, lines, impact, onSaved, onClose }: SaveDialogProps) {
  const { t } = useTranslation();
  const { server, account } = useWorking();
  const risky = lines.filter((line) => line.isChanged && line.now === "block" && isRisky(line));
  const realUsers = impact?.stopped.verified ?? 0;
  const cautions = [
    ...(risky.length > 0
      ? [t("destinations.save.risky", { names: risky.map((line) => line.destination.name).join(", ") })]
      : []),
    ...(realUsers > 0 ? [t("destinations.save.realUsers", { count: realUsers })] : []),
    ...(draft.listMode === "allow_all" ? [t("destinations.save.everything")] : []),
  ];
  const byPath = new Map(lines.map((line) => [`destinations.${line.destination.code}`, line]));
  return (
    <ReviewDialog
      policy={policy}
      document={document}
      unsaid={(path, side) => {
        const line = byPath.get(path);
        return line && t(`destinations.action.${side === "before" ? line.now : line.action}`);
      }}
      cautions={cautions}
      copies={(reason, until) =>
        COPY_FORMS.map((form) => [
          form,
          copyAs(form, {
            origin: window.location.origin,
            account: account.id,
            policy: POLICY,
            draft,
            document,
            reason,
            until,
            baseRevision: policy.latestRevision,
          }),
        ])
      }
      save={async (change, until) => {
        const request = until === undefined ? changeRequestOf(draft) : undefined;
        if (request !== undefined)
          return (await server.policies.changeDestinations(POLICY, { ...request, ...change }))[0];
        return server.policies.put(POLICY, { document, ...change, ...(until !== undefined && { until }) });
      }}
      onSaved={onSaved}
      onClose={onClose}
    >
      {impact !== undefined && <ImpactWords impact={impact} />}
    </ReviewDialog>
  );
}
