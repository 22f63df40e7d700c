import type { Answer, Rows } from "./answer.ts";
import { IDENTITY } from "./identity.ts";
import { INPUT } from "./input.ts";
import { BUILD, OPERATION } from "./operation.ts";
import { REQUIREMENTS, type Requirement } from "./requirements.ts";
import { ABSENT, WEB } from "./web.ts";

export interface AnsweredRequirement extends Requirement {
  readonly subject: string;
  readonly answer: Answer;
}

/** Every answer by the id of its requirement. */
export const ANSWERS: Rows = { ...INPUT, ...WEB, ...ABSENT, ...IDENTITY, ...OPERATION, ...BUILD };

/** The requirements of levels 1 and 2 with their answers; throws Error for one that has none. */
export function answeredRequirements(): readonly AnsweredRequirement[] {
  return REQUIREMENTS.filter(({ level }) => level < 3).map((requirement) => {
    const row = ANSWERS[requirement.id];
    if (row === undefined) throw new Error(`${requirement.id} has no answer in tools/asvs`);
    return { ...requirement, subject: row[0], answer: row[1] };
  });
}
