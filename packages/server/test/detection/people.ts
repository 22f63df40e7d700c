import type { TestSafeguard } from "../harness.ts";

/** A clock that goes on with the real one, and can be moved ahead. */
export interface MovedClock {
  now(): number;
  pass(milliseconds: number): void;
}

export function movedClock(): MovedClock {
  let ahead = 0;
  return {
    now: () => Date.now() + ahead,
    pass(milliseconds) {
      ahead += milliseconds;
    },
  };
}

/** Mobile numbers all over the Netherlands and Tajikistan, each once. */
export function personsNumber(person: number): string {
  const subscriber = String((person * 7_919_317 + 2_345_678) % 10_000_000).padStart(7, "0");
  return person % 4 === 0 ? `+99290${subscriber}` : `+3161${subscriber}`;
}

/** One person after the other asks for a code, and completes the verification while the next ones ask. Returns the actions. */
export async function peopleVerify(
  safeguard: TestSafeguard,
  clock: MovedClock,
  persons: Iterable<number>,
): Promise<readonly string[]> {
  const actions: string[] = [];
  let before: string | undefined;
  for (const person of persons) {
    const to = personsNumber(person);
    const message = { to, from: "Shop", text: "Your code is 123456", purpose: "otp" };
    const sent = await safeguard.api("POST", "/v1/messages", message);
    const { id, action } = sent.body as { readonly id: string; readonly action: string };
    actions.push(action);
    clock.pass(3_000 + ((person * 1_373) % 4_000));
    const delivered = { kind: "delivered", id };
    const verified = before === undefined ? [] : [{ kind: "verified", id: before }];
    await safeguard.api("POST", "/v1/events", { events: [delivered, ...verified] });
    clock.pass(6_000 + ((person * 7_919) % 20_000));
    before = action === "allow" ? id : undefined;
  }
  if (before !== undefined) await safeguard.api("POST", "/v1/events", { kind: "verified", id: before });
  return actions;
}
