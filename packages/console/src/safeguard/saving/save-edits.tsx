import type { Policy, PolicyDocument, PolicyRevision } from "@safeguard/client";
import type { ReactNode } from "react";
import { useWorking } from "../../session/session.ts";
import { COPY_FORMS, copyAs } from "../destinations/copy-as.ts";
import { POLICY } from "../use-policy.ts";
import { ReviewDialog } from "./review-dialog.tsx";

/** A change of one part of the policy, which leaves the rest as it is, in each revision that it concerns. */
export interface PartChange {
  readonly path: "exceptions" | "detection" | "limits";
  readonly body: object;
}

export interface SaveEditsProps {
  readonly policy: Policy;
  readonly document: PolicyDocument;
  readonly cautions: readonly string[];
  /** undefined: only the whole document can say it. */
  readonly part: PartChange | undefined;
  readonly children?: ReactNode;
  onSaved(revision: PolicyRevision): void;
  onClose(): void;
}

/** Reviews the changes of a page and saves them. */
export function SaveEdits({ policy, document, cautions, part, children, onSaved, onClose }: SaveEditsProps) {
  const { server, account } = useWorking();
  return (
    <ReviewDialog
      policy={policy}
      document={document}
      cautions={cautions}
      copies={(reason, until) =>
        COPY_FORMS.map((form) => [
          form,
          copyAs(form, {
            origin: window.location.origin,
            account: account.id,
            policy: POLICY,
            draft: undefined,
            document,
            reason,
            until,
            baseRevision: policy.latestRevision,
          }),
        ])
      }
      save={async (change, until) => {
        if (part === undefined || until !== undefined)
          return server.policies.put(POLICY, { document, ...change, ...(until !== undefined && { until }) });
        const { revisions } = await server.call<{ readonly revisions: readonly PolicyRevision[] }>({
          method: "POST",
          path: `/v1/policies/${POLICY}/${part.path}`,
          body: { ...part.body, ...change },
        });
        return revisions[0];
      }}
      onSaved={onSaved}
      onClose={onClose}
    >
      {children}
    </ReviewDialog>
  );
}
