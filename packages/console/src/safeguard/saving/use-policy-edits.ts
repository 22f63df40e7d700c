import type { Policy, PolicyDocument } from "@safeguard/client";
import { useBlocker } from "@tanstack/react-router";
import { useCallback, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { type Edit, edited, NO_EDITS, type PolicyEdits, withEdit, withoutEdit } from "./policy-edits.ts";

export interface EditedPolicy {
  /** The account's words as they would be. */
  readonly document: PolicyDocument;
  readonly edits: PolicyEdits;
  change(key: string, edit: Edit): void;
  takeBack(key: string): void;
  discard(): void;
}

/** A policy's changes on one page, until they are saved; leaving the page asks first. */
export function usePolicyEdits({ document: saved }: Policy): EditedPolicy {
  const [edits, setEdits] = useState<PolicyEdits>(NO_EDITS);
  const hasChanges = edits.size > 0;
  useAskBeforeLeaving(hasChanges);
  return {
    document: useMemo(() => edited(saved, edits), [saved, edits]),
    edits,
    change: useCallback((key, edit) => setEdits((now) => withEdit(saved, now, key, edit)), [saved]),
    takeBack: useCallback((key) => setEdits((now) => withoutEdit(now, key)), []),
    discard: useCallback(() => setEdits(NO_EDITS), []),
  };
}

export function useAskBeforeLeaving(hasChanges: boolean): void {
  const { t } = useTranslation();
  useBlocker({
    shouldBlockFn: ({ current, next }) =>
      hasChanges && current.pathname !== next.pathname && !window.confirm(t("destinations.leave")),
    enableBeforeUnload: hasChanges,
  });
}
