/** A fault planted in one module of the product: a piece of its text is another when it is loaded. */
export interface PlantedBug {
  /** End of the module's path. */
  readonly module: string;
  readonly instead: string;
  readonly put: string;
}

/** Each breaks one promise. A simulation that stays green with one of them would prove nothing of it. */
export const PLANTED_BUGS = {
  "answers before the record is durable": {
    module: "/store/group-journal.ts",
    instead: "    return group.durable;",
    put: "    group.durable.catch(() => {}); return Promise.resolve();",
  },
  "goes out before its intent is durable": {
    module: "/screening/decide-messages.ts",
    instead: "  await parts.journal.append(records);",
    put: "  parts.journal.append(records).catch(() => {});",
  },
  "a start forgets what was under way": {
    module: "/gateway/settle-unresolved.ts",
    instead: "if (unresolved.length === 0) return settled;",
    put: "return settled;",
  },
  "a start sends everything again": {
    module: "/gateway/settle-unresolved.ts",
    instead: "if (!sendsAgain(account, provider, waiting))",
    put: "if (false)",
  },
  "what is in doubt is sent again": {
    module: "/submissions/record-outcome.ts",
    instead: '(connector.isIdempotent === true || outgoing.principal.account.onInDoubt === "resend")',
    put: "true",
  },
  "what is in doubt goes to another provider": {
    module: "/submissions/record-outcome.ts",
    instead: "return !inDoubt || account",
    put: "return true || account",
  },
  "a doubt counts as a refusal": {
    module: "/screening/submit-messages.ts",
    instead: 'if (outcome.type !== "refused" || next === undefined',
    put: 'if (outcome.type === "accepted" || next === undefined',
  },
  "what waited is not stopped": {
    module: "/submissions/decide-due.ts",
    instead: 'if (verdict.action !== "allow") {',
    put: 'if (verdict.action === "challenge") {',
  },
  "a second provider gets what is blocked by now": {
    module: "/screening/submit-messages.ts",
    instead: '    if (verdict.action === "allow") {',
    put: "    if (true) {",
  },
  "a suspended account goes on sending": {
    module: "/submissions/decide-due.ts",
    instead: "outgoing === undefined || isSuspended ||",
    put: "outgoing === undefined ||",
  },
  "time never runs out": {
    module: "/submissions/decide-due.ts",
    instead: " || at >= waiting.expiresAt) {",
    put: ") {",
  },
  "a held message outlives its time": {
    module: "/screening/release-held.ts",
    instead: " || at >= held.expiresAt;",
    put: ";",
  },
  "what is in doubt is not spent": {
    module: "/limits/settle-limits.ts",
    instead: 'if (record.outcome.type !== "refused") engine.settle',
    put: 'if (record.outcome.type === "accepted") engine.settle',
  },
  "a retry gives its place in the ceiling back": {
    module: "/limits/settle-limits.ts",
    instead: "else if (record.next !== true) engine.release",
    put: "else engine.release",
  },
  "a start forgets what was spent": {
    module: "/detection/journal-replay.ts",
    instead: "engine.spend(message, policy ?? recorded.policy.policy);",
    put: ";",
  },
  "a cancellation during the attempt": {
    module: "/submissions/submission-queue.ts",
    instead: "    if (taken.has(id)) return undefined;",
    put: "",
  },
  "an old answer of the store is believed": {
    module: "/submissions/submission-queue.ts",
    instead: "!taken.has(id) && !ending.has(id) && !stale.has(id)",
    put: "!taken.has(id)",
  },
  "a message is taken twice": {
    module: "/submissions/submission-queue.ts",
    instead: "!taken.has(id) && !ending.has(id) && !stale.has(id)",
    put: "!ending.has(id) && !stale.has(id)",
  },
  "a message that its client holds is sent by the queue as well": {
    module: "/screening/decide-messages.ts",
    instead: "parts.waiting?.claim(id);",
    put: "",
  },
  "the content of what waits is not kept": {
    module: "/store/group-journal.ts",
    instead: "if (content !== undefined && sequence !== undefined) kept.push",
    put: "if (content === undefined && sequence !== undefined) kept.push",
  },
  "a doubt is forgotten in the queue": {
    module: "/submissions/due-message.ts",
    instead: "inDoubt ? true : undefined",
    put: "undefined",
  },
  "what was taken is never let go": {
    module: "/submissions/submission-queue.ts",
    instead: "      for (const id of [...left]) letGoOf(id);",
    put: "",
  },
  "an erased number is written to": {
    module: "/screening/release-held.ts",
    instead: "const isOver = !inTime || isErased ||",
    put: "const isOver = !inTime ||",
  },
  "a clock that was set back lets pass what is blocked": {
    module: "/policies/revision-since-start.ts",
    instead: "from > startedAt && from <= createdAt",
    put: "from > startedAt && from < createdAt",
  },
  "nobody is told of a message that ran out of time": {
    module: "/submissions/end-unsent.ts",
    instead: "if (!isTold ||",
    put: "if (isTold ||",
  },
} as const satisfies Readonly<Record<string, PlantedBug>>;
export type PlantedBugName = keyof typeof PLANTED_BUGS;
