/** Where pages are, in the order and under the names of the seed: who knows CM.com finds the way. */
export interface NavigationEntry {
  /** Key of its name in the language files. */
  readonly name: string;
  readonly to?: string;
  /** Only who may do this sees it. */
  readonly permission?: string;
  readonly below?: readonly NavigationEntry[];
}

export const NAVIGATION: readonly NavigationEntry[] = [{ name: "overview", to: "/overview" }];
