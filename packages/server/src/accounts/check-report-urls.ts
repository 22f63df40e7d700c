import { type Problem, ServiceError } from "../api/service-error.ts";
import type { AccountPatch } from "./account-body.ts";
import type { AccountServiceDeps } from "./account-services.ts";

/** Refuses addresses that notices could never go to, while somebody is there to read it; delivery checks again. */
export function checkReportUrls(deps: Pick<AccountServiceDeps, "urlProblem">, reports: AccountPatch["reports"]): void {
  const problems = (["cmUrl", "webhookUrl"] as const).flatMap((name): readonly Problem[] => {
    const url = reports?.[name];
    const problem = url === undefined || url === null ? undefined : deps.urlProblem(url);
    return problem === undefined ? [] : [{ field: `reports.${name}`, message: problem }];
  });
  if (problems.length > 0) throw new ServiceError("invalid_request", "Not valid: where reports go.", problems);
}
