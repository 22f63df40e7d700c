import { DESTINATIONS, destinationInfo, type E164, parseRecipient } from "@safeguard/core";

/** What the numbers of a simulated attack are made of. */
export interface AttackPlan {
  /** Consecutive numbers of one block. */
  readonly attack: readonly E164[];
  /** People from here and there, among them. */
  readonly ordinary: readonly E164[];
}

export interface AttackQuestion {
  readonly attack: number;
  readonly ordinary: number;
  /** Would a message to this number go out now? */
  goesOut(to: E164): boolean;
  /** A whole number from 0, below `limit`. */
  random(limit: number): number;
}

/** Where attacks are common; and where most people are. Where these are blocked, any other that is not. */
const ATTACKED = ["TJ", "UZ", "PK", "LK", "BD", "KG", "ID", "VN", "NG", "SL"];
const LIVED_IN = ["NL", "DE", "GB", "FR", "ES", "US", "IT", "PL"];
/** Tries per destination: of random digits, at least one in a hundred is a mobile number nearly everywhere. */
const TRIES = 2_000;
const BLOCK = 10_000;

/** Numbers for a simulated attack, in destinations that the account lets pass. Undefined: it lets nothing pass. */
export function planAttack(question: AttackQuestion): AttackPlan | undefined {
  const all = shuffled(
    DESTINATIONS.filter(({ kind }) => kind === "country").map(({ code }) => code),
    question,
  );
  const first = firstOf([...shuffled(ATTACKED, question), ...all], question);
  if (first === undefined) return undefined;
  const ordinary: E164[] = [];
  for (const code of [...shuffled(LIVED_IN, question), ...all]) {
    for (let tries = 0; ordinary.length < question.ordinary && tries < 3; tries++) {
      const to = mobileIn(code, question);
      if (to === undefined || !question.goesOut(to)) break;
      ordinary.push(to);
    }
  }
  const start = Math.floor(Number(first.slice(1)) / BLOCK) * BLOCK + question.random(BLOCK - question.attack);
  const attack = Array.from({ length: question.attack }, (_, index) => `+${start + index}` as E164);
  return { attack, ordinary };
}

function firstOf(codes: readonly string[], question: AttackQuestion): E164 | undefined {
  for (const code of codes) {
    const to = mobileIn(code, question);
    if (to !== undefined && question.goesOut(to)) return to;
  }
  return undefined;
}

/** A mobile number of the destination, by trying. */
function mobileIn(code: string, { random }: AttackQuestion): E164 | undefined {
  const callingCode = destinationInfo(code)?.callingCode;
  if (callingCode === undefined) return undefined;
  for (let tries = 0; tries < TRIES; tries++) {
    const digits = Array.from({ length: 7 + (tries % 4) }, () => random(10)).join("");
    const parsed = parseRecipient(`+${callingCode}${digits}`, "native");
    if (!parsed.ok || !parsed.recipient.valid) continue;
    const { type, candidates, e164 } = parsed.recipient;
    if ((type === "mobile" || type === "fixed_or_mobile") && candidates[0] === code) return e164;
  }
  return undefined;
}

function shuffled<T>(items: readonly T[], { random }: AttackQuestion): readonly T[] {
  const left = [...items];
  return items.flatMap(() => left.splice(random(left.length), 1));
}
