import type { ApiKey } from "./api-key.ts";
import type { Directory } from "./directory.ts";
import type { Actor, Principal } from "./principal.ts";

/** Who holds a key: its person, or the program that it was made for, and whoever has seen its secrets. */
function handsOf(key: Pick<ApiKey, "id" | "person" | "seenBy">): readonly string[] {
  return [key.person ?? key.id, ...(key.seenBy ?? [])];
}

/** What a key that this principal makes, or gives new secrets, says of who has seen them. Not of the operator, who sees all. */
export function seenBy(giver: Principal, before: ApiKey | undefined): Pick<ApiKey, "seenBy"> {
  const seen = new Set([...(before?.seenBy ?? []), ...(giver.type === "key" ? handsOf(giver.key) : [])]);
  return seen.size === 0 ? {} : { seenBy: [...seen] };
}

/**
 * Can these two be one and the same person? A person is the same with another key of his, and with one whose secrets he has
 * seen; the operator is one person.
 */
export function mayBeSamePerson(directory: Pick<Directory, "key">, one: Actor, other: Actor): boolean {
  const hands = new Set(handsOfActor(directory, one));
  return handsOfActor(directory, other).some((hand) => hands.has(hand));
}

function handsOfActor(directory: Pick<Directory, "key">, actor: Actor): readonly string[] {
  if (actor.type === "operator") return ["operator"];
  const key = directory.key(actor.key);
  return key === undefined ? [actor.person ?? actor.key] : handsOf(key);
}
