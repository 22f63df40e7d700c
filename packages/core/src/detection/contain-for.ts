/** How long a range is contained at first (milliseconds); while the attack goes on it is renewed. */
export const CONTAIN_MS = 3_600_000;
