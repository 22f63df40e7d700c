import {
  type DetectionMode,
  effectiveDetection,
  type ListMode,
  type PolicyDocument,
  type PolicyLevel,
} from "@safeguard/core";

/** Why a policy lets through what others would stop. */
export const OPENNESSES = ["allows_everything", "detection_off", "bypassed"] as const;
export type Openness = (typeof OPENNESSES)[number];

export interface PolicyStanding {
  readonly listMode: ListMode;
  readonly detection: DetectionMode;
  /** Empty: it is not open. */
  readonly open: readonly Openness[];
}

/** What the levels of an account come to, its own first; `bypassed`: detection stands aside now. */
export function standingOf(levels: readonly PolicyLevel[], bypassed: boolean): PolicyStanding {
  const documents = levels.map(({ document }) => document);
  const { mode } = effectiveDetection(documents);
  const listMode = listModeOf(documents);
  const blocks = listMode === "allow_list" || documents.some(hasBlock);
  return {
    listMode,
    detection: mode,
    open: [
      ...(blocks ? [] : (["allows_everything"] as const)),
      ...(mode === "off" ? (["detection_off"] as const) : []),
      ...(bypassed ? (["bypassed"] as const) : []),
    ],
  };
}

/** The nearest word holds; below a lock only the stricter `allow_list` is heard. */
function listModeOf(nearestFirst: readonly PolicyDocument[]): ListMode {
  let listMode: ListMode = "block_list";
  let isLocked = false;
  for (const document of nearestFirst.toReversed()) {
    if (document.listMode !== undefined && (!isLocked || document.listMode === "allow_list"))
      listMode = document.listMode;
    isLocked ||= document.locked?.includes("listMode") === true;
  }
  return listMode;
}

/** Documents are immutable, and that of a parent stands in the chain of each of its children. */
const known = new WeakMap<PolicyDocument, boolean>();

function hasBlock(document: PolicyDocument): boolean {
  const found = known.get(document);
  if (found !== undefined) return found;
  const { destinations = {}, numberTypes = {}, ranges = [] } = document;
  const blocks =
    Object.values(destinations).some(({ action }) => action === "block") ||
    Object.values(numberTypes).includes("block") ||
    ranges.some(({ action }) => action === "block");
  known.set(document, blocks);
  return blocks;
}
