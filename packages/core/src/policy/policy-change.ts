/** One difference between two documents. */
export interface PolicyChange {
  /** `listMode`, `destinations.NL`, `ranges.+31612`, `exceptions.+31612345678 trusted`, `detection.mode`; own channels in brackets. */
  readonly path: string;
  /** What stood there; undefined: nothing. */
  readonly before: unknown;
  readonly after: unknown;
  /** Might any message now be treated less strictly than before? Where only the levels above could tell: yes. */
  readonly loosens: boolean;
}
