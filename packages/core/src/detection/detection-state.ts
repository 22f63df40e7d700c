import type { AccountId } from "../brand.ts";
import type { Lessons } from "../containment/lessons.ts";
import type { WatchList } from "../containment/watch-list.ts";
import type { SharedEvidence } from "../detectors/shared-evidence.ts";
import type { IncidentLog } from "../incidents/incident-log.ts";
import type { AccountSignals } from "../signals/account-signals.ts";
import type { AuditReleases } from "./audit-releases.ts";

/** What detection knows and does for one account. */
export interface DetectionState {
  readonly account: AccountId;
  readonly incidents: IncidentLog;
  readonly shared: SharedEvidence;
  /** It lives through past traffic: who completes in what proves to be attacked is not to be trusted. */
  readonly isLearner: boolean;
  signals: AccountSignals;
  watches: WatchList;
  lessons: Lessons;
  audit: AuditReleases;
}
