import type { UnansweredSettings } from "../limits/limit-settings.ts";
import type { Purpose } from "../message.ts";

/** What detection may do, from the weakest. `monitor`: decide and record, do not act. */
export const DETECTION_MODES = ["off", "monitor", "enforce"] as const;
export type DetectionMode = (typeof DETECTION_MODES)[number];

/** Named false-block budgets; see {@link PRESETS}. */
export const DETECTION_PRESETS = ["careful", "balanced", "strict"] as const;
export type DetectionPreset = (typeof DETECTION_PRESETS)[number];

/** What becomes of a message that detection could not look at, because it failed: `rules_only`: rules and limits decide alone. */
export const WHEN_FAILED = ["rules_only", "closed"] as const;
export type WhenFailed = (typeof WHEN_FAILED)[number];

/**
 * What becomes of new numbers while no outcomes are reported, so that unanswered codes are no evidence: `open_said`: they
 * pass, and an alert says so; `challenge_new`: they prove themselves first, where detection may act.
 */
export const WHEN_OUTCOMES_MISSING = ["open_said", "challenge_new"] as const;
export type WhenOutcomesMissing = (typeof WHEN_OUTCOMES_MISSING)[number];

/** What an account says of detection in its policy. An absent field is taken from the account above, or the default. */
export interface DetectionSettings {
  /** Default `monitor`. */
  readonly mode?: DetectionMode;
  /** The most that each purpose may do; the weaker of this and `mode` acts. Default: otp `enforce`, others `off`. */
  readonly purposes?: Readonly<Partial<Record<Purpose, DetectionMode>>>;
  /** Default `balanced`. Not beside `falseBlockBudget`, which it is a name for. */
  readonly preset?: DetectionPreset;
  /** Share of legitimate messages that may be stopped by mistake, 1e-7 to 1e-2. Default: the preset's. */
  readonly falseBlockBudget?: number;
  /** Risk score from which detection acts, whole, 1 to 100. Default 50: where the evidence reaches the budget's threshold. */
  readonly scoreThreshold?: number;
  /** Longest wait of a held message in whole seconds, 0 (never hold) to 60. Default 15. */
  readonly holdSeconds?: number;
  /** Of the messages that detection alone would stop, release this share to measure false blocks. Default: none. */
  readonly audit?: DetectionAudit;
  /** Give and take evidence across accounts: counts of blocks, never numbers. Default false. */
  readonly shareEvidence?: boolean;
  /** Default `rules_only`. */
  readonly whenFailed?: WhenFailed;
  /** Default `open_said`. */
  readonly whenOutcomesMissing?: WhenOutcomesMissing;
}

export const DETECTION_FIELDS: readonly (keyof DetectionSettings)[] = [
  "mode",
  "purposes",
  "preset",
  "falseBlockBudget",
  "scoreThreshold",
  "holdSeconds",
  "audit",
  "shareEvidence",
  "whenFailed",
  "whenOutcomesMissing",
];

/** Audit releases: a recorded draw lets some stopped messages go, to learn how many were legitimate. */
export interface DetectionAudit {
  /** 1e-6 to 0.1. */
  readonly share: number;
  /** Most messages released on one UTC day, whole, up to 100,000. 0: none, also where the account above releases some. */
  readonly maximumPerDay: number;
}

/** The numbers among the settings: both ends may be said. */
export const DETECTION_RANGES: Readonly<Record<DetectionNumber, DetectionRange>> = {
  falseBlockBudget: { least: 1e-7, most: 1e-2, whole: false },
  scoreThreshold: { least: 1, most: 100, whole: true },
  holdSeconds: { least: 0, most: 60, whole: true },
  share: { least: 1e-6, most: 0.1, whole: false },
  maximumPerDay: { least: 0, most: 100_000, whole: true },
};
export type DetectionNumber = "falseBlockBudget" | "scoreThreshold" | "holdSeconds" | keyof DetectionAudit;

export interface DetectionRange {
  readonly least: number;
  readonly most: number;
  readonly whole: boolean;
}

/** Settings with every default filled in: what the detectors work with. */
export interface EffectiveDetection {
  readonly mode: DetectionMode;
  readonly purposes: Readonly<Record<Purpose, DetectionMode>>;
  readonly falseBlockBudget: number;
  readonly scoreThreshold: number;
  readonly holdSeconds: number;
  readonly audit: DetectionAudit | undefined;
  readonly shareEvidence: boolean;
  readonly whenFailed: WhenFailed;
  readonly whenOutcomesMissing: WhenOutcomesMissing;
  /** Codes to one number that may stay unanswered. Absent: the default. */
  readonly unanswered?: Required<UnansweredSettings>;
}

/** Each preset as a false-block budget: the share of legitimate messages that may be stopped by mistake. */
export const PRESETS: Readonly<Record<DetectionPreset, { readonly falseBlockBudget: number }>> = {
  careful: { falseBlockBudget: 1e-6 },
  balanced: { falseBlockBudget: 1e-5 },
  strict: { falseBlockBudget: 1e-4 },
};

export const DEFAULT_DETECTION: EffectiveDetection = {
  mode: "monitor",
  purposes: { otp: "enforce", notification: "off", marketing: "off" },
  falseBlockBudget: PRESETS.balanced.falseBlockBudget,
  scoreThreshold: 50,
  holdSeconds: 15,
  audit: undefined,
  shareEvidence: false,
  whenFailed: "rules_only",
  whenOutcomesMissing: "open_said",
};

/** The part of a policy document that says what detection may do. */
export interface DetectionLevel {
  readonly detection?: DetectionSettings;
  /** With `detection` among them, the documents below may only tighten. */
  readonly locked?: readonly string[];
}

/**
 * What holds for the account whose own document comes first in `levels`, field by field: what is said nearest to it; but
 * below a lock only what is stricter than what stands above.
 */
export function effectiveDetection(levels: readonly DetectionLevel[]): EffectiveDetection {
  let effective = DEFAULT_DETECTION;
  let isLocked = false;
  for (const { detection, locked } of levels.toReversed()) {
    if (detection !== undefined) {
      const wanted = overlaid(effective, detection);
      effective = isLocked ? tightened(effective, wanted) : wanted;
    }
    isLocked ||= locked?.includes("detection") === true;
  }
  return effective;
}

/** `base`, with what the settings say in its place. */
export function overlaid(base: EffectiveDetection, said: DetectionSettings): EffectiveDetection {
  const ofPreset = said.preset === undefined ? undefined : PRESETS[said.preset].falseBlockBudget;
  return {
    mode: said.mode ?? base.mode,
    purposes: { ...base.purposes, ...said.purposes },
    falseBlockBudget: said.falseBlockBudget ?? ofPreset ?? base.falseBlockBudget,
    scoreThreshold: said.scoreThreshold ?? base.scoreThreshold,
    holdSeconds: said.holdSeconds ?? base.holdSeconds,
    audit: said.audit === undefined ? base.audit : said.audit.maximumPerDay === 0 ? undefined : said.audit,
    shareEvidence: said.shareEvidence ?? base.shareEvidence,
    whenFailed: said.whenFailed ?? base.whenFailed,
    whenOutcomesMissing: said.whenOutcomesMissing ?? base.whenOutcomesMissing,
  };
}

/** The weaker of two modes. */
export function weakerMode(a: DetectionMode, b: DetectionMode): DetectionMode {
  return isWeaker(a, b) ? a : b;
}

/** May detection do less in the first mode than in the second? */
export function isWeaker(a: DetectionMode, b: DetectionMode): boolean {
  return DETECTION_MODES.indexOf(a) < DETECTION_MODES.indexOf(b);
}

/**
 * A larger budget stops sooner, a lower score acts sooner, an audit lets less go: all of these are stricter. How long a
 * message waits and who sees its block's counts are no matter of strictness.
 */
function tightened(above: EffectiveDetection, wanted: EffectiveDetection): EffectiveDetection {
  const { purposes } = above;
  return {
    ...wanted,
    mode: strongerMode(above.mode, wanted.mode),
    purposes: {
      otp: strongerMode(purposes.otp, wanted.purposes.otp),
      notification: strongerMode(purposes.notification, wanted.purposes.notification),
      marketing: strongerMode(purposes.marketing, wanted.purposes.marketing),
    },
    falseBlockBudget: Math.max(above.falseBlockBudget, wanted.falseBlockBudget),
    scoreThreshold: Math.min(above.scoreThreshold, wanted.scoreThreshold),
    audit: smallerAudit(above.audit, wanted.audit),
    whenFailed: above.whenFailed === "closed" ? "closed" : wanted.whenFailed,
    whenOutcomesMissing: above.whenOutcomesMissing === "challenge_new" ? "challenge_new" : wanted.whenOutcomesMissing,
  };
}

function strongerMode(a: DetectionMode, b: DetectionMode): DetectionMode {
  return isWeaker(a, b) ? b : a;
}

function smallerAudit(a: DetectionAudit | undefined, b: DetectionAudit | undefined): DetectionAudit | undefined {
  if (a === undefined || b === undefined) return undefined;
  return { share: Math.min(a.share, b.share), maximumPerDay: Math.min(a.maximumPerDay, b.maximumPerDay) };
}
