import type { AccountServiceDeps } from "../accounts/account-services.ts";
import { updateKey } from "../accounts/update-key.ts";
import type { AccountContext } from "../api/account-context.ts";
import {
  type IncidentServiceDeps,
  judgeIncident,
  releaseRange,
  switchOff,
  switchOn,
} from "../incidents/incident-services.ts";
import { addMember, changeMember } from "../members/member-services.ts";
import type { LooseningAct } from "./act-proposal.ts";

/** Does what was approved. Nobody approves more than he may give: what he may not do himself is refused. */
export async function performAct(
  deps: AccountServiceDeps & IncidentServiceDeps,
  act: LooseningAct,
  context: AccountContext,
): Promise<void> {
  switch (act.type) {
    case "judge_incident":
      await judgeIncident(deps, context, act.incident, act.word, act.reason);
      return;
    case "release_range":
      await releaseRange(deps, context, act);
      return;
    case "end_lockdown":
      return switchOff(deps, context, "lockdown", act.reason);
    case "bypass":
      return switchOn(deps, context, "bypass", act);
    case "add_member":
      await addMember(deps, context, act.member);
      return;
    case "change_member":
      await changeMember(deps, context, act.member, act.patch);
      return;
    case "widen_key":
      await updateKey(deps, context, act.key, act.patch);
      return;
  }
}
