import { NUMBER_REJECTIONS, type NumberRejection, type RejectedRecipient } from "./recipient.ts";

const WITHOUT_POSITION: ReadonlyMap<NumberRejection, RejectedRecipient> = new Map(
  NUMBER_REJECTIONS.map((code) => [code, Object.freeze({ ok: false, code, position: undefined })]),
);

/** A rejection with no character to blame: one shared object per code. */
export function rejected(code: NumberRejection): RejectedRecipient {
  return WITHOUT_POSITION.get(code) ?? { ok: false, code, position: undefined };
}

/** A rejection that blames the character at `position`. */
export function rejectedAt(code: NumberRejection, position: number): RejectedRecipient {
  return { ok: false, code, position };
}
