/** How far messages came. */
export interface Steps {
  readonly asked: number;
  readonly sent: number;
  readonly delivered: number;
  readonly verified: number;
}

/** The answer of `/v1/usage/verification`. */
export interface VerificationFunnel {
  readonly from: string;
  readonly until: string;
  readonly total: Steps;
  readonly destinations: readonly (Steps & { readonly destination: string })[];
  readonly ranges: readonly (Steps & { readonly range: string; readonly destination: string })[];
  readonly routes: readonly (Steps & { readonly provider: string })[];
  readonly examined: { readonly messages: number; readonly since: string | null; readonly complete: boolean };
}

/** One line of a table of funnels. */
export interface FunnelLine extends Steps {
  readonly name: string;
  /** Its destination, where it has one. */
  readonly destination: string | undefined;
  /** Verified of sent, 0 to 1; undefined: none was sent. */
  readonly share: number | undefined;
  /** It is much lower than of all, with enough messages to tell. */
  readonly isLow: boolean;
}

/** With fewer sent, a share says little. */
const LEAST_SENT = 20;

export function funnelLines(funnel: VerificationFunnel, by: "destination" | "range" | "route"): readonly FunnelLine[] {
  const lines = {
    destination: () => funnel.destinations.map((line) => ({ ...line, name: line.destination })),
    range: () => funnel.ranges.map((line) => ({ ...line, name: line.range })),
    route: () => funnel.routes.map((line) => ({ ...line, name: line.provider, destination: undefined })),
  }[by]();
  const usual = shareOf(funnel.total);
  return lines.map((line) => {
    const share = shareOf(line);
    const isLow = usual !== undefined && share !== undefined && line.sent >= LEAST_SENT && share < usual / 2;
    return { ...line, share, isLow };
  });
}

/** Verified of sent. Decisions without a message can be verified, too: so it is at most 1. */
export function shareOf({ sent, verified }: Steps): number | undefined {
  return sent === 0 ? undefined : Math.min(1, verified / sent);
}
