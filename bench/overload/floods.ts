/** What one account asks, and all at once. `path` and `body` absent: nothing. */
export interface Flood {
  readonly name: string;
  readonly what: string;
  readonly path?: string;
  body?(serial: number): string;
}

const number = (serial: number): string =>
  `+316${String(10_000_000 + ((serial * 7_919_317) % 89_999_999)).padStart(8, "0")}`;
/** For a number that did not come before. */
export const decision = (serial: number): string => `{"to":"${number(serial)}","purpose":"otp"}`;
export const floods: readonly Flood[] = [
  { name: "alone", what: "nothing besides" },
  { name: "decisions", what: "as many decisions as it can", path: "/v1/decisions", body: decision },
  {
    name: "batches",
    what: "batches of 1,000 decisions, the dearest requests that there are",
    path: "/v1/decisions",
    body: (serial) =>
      `{"decisions":[${Array.from({ length: 1000 }, (_, at) => decision(serial * 1000 + at)).join(",")}]}`,
  },
  {
    name: "messages",
    what: "messages whose delivery is told to a webhook that never answers",
    path: "/v1/messages",
    body: (serial) => `{"to":"${number(serial)}","from":"Shop","text":"Hello","purpose":"otp"}`,
  },
  {
    name: "poison",
    what: "bodies that are no JSON, nested too deep, or hold no number",
    path: "/v1/messages",
    body: (serial) =>
      ["{", `${"[".repeat(5000)}`, `{"to":"not a number ${serial}","from":"Shop","text":"x"}`][serial % 3] ?? "",
  },
];
