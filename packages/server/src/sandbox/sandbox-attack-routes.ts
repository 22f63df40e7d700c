import { randomInt } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import type { E164, EpochMilliseconds } from "@safeguard/core";
import { z } from "zod";
import type { KeyPrincipal } from "../accounts/principal.ts";
import type { RoutePlugin } from "../api/app.ts";
import { ServiceError } from "../api/service-error.ts";
import type { TrialTraffic } from "../detection/trial-traffic.ts";
import type { OutgoingMessage } from "../gateway/outgoing-message.ts";
import type { Screening } from "../gateway/screening-port.ts";
import { planAttack } from "./plan-attack.ts";

export interface SandboxAttackParts {
  readonly screening: Screening;
  readonly trial: Pick<TrialTraffic, "isTrial">;
  readonly now: () => EpochMilliseconds;
  /** Between one handful of messages and the next. Default 400 ms. */
  readonly pauseMs?: number;
}

const ATTACK = 48;
const ORDINARY = 12;
/** They come in handfuls, as a script sends them: number × time then shows how it goes up the block. */
const HANDFULS = 8;

const attackBody = z
  .strictObject({})
  .meta({ id: "SandboxAttack", description: "Nothing: the numbers are chosen here.", examples: [{}] });
const attackView = z
  .object({
    destination: z.string().describe("Where the consecutive numbers are."),
    sent: z.int().describe("Messages that were asked for: 48 to consecutive numbers, 12 to ordinary ones."),
    stopped: z.int().describe("Of them, stopped."),
  })
  .meta({ id: "SandboxAttacked" });

/** `/v1/sandbox/attack`: shows what an attack looks like, without anybody getting a message. */
export function sandboxAttackRoutes(parts: SandboxAttackParts): RoutePlugin {
  return async (app) => {
    app.post(
      "/v1/sandbox/attack",
      {
        config: { scope: "messages:send" },
        schema: {
          tags: ["Sandbox"],
          summary: "Simulate an attack",
          description:
            "Sends 60 messages into the sandbox on the ordinary way, as with a test key: 48 to consecutive numbers of a destination that the policy lets pass, 12 to people elsewhere. It is answered when the last one is, some seconds later. Only for an account that is being tried out (409 else): what is simulated must not teach detection about live traffic.",
          body: attackBody,
          response: { 201: attackView },
        },
      },
      async (request, reply) => {
        const { account, principal } = request.accountContext;
        if (principal.type !== "key") {
          throw new ServiceError("forbidden", "Messages are sent with a key, not as the operator.");
        }
        if (!parts.trial.isTrial(account.id)) {
          throw new ServiceError(
            "conflict",
            "This account has a live key, or has learned past traffic: what is simulated would not count, so that detection learns nothing from it. Make another account to try it out.",
          );
        }
        // As a test key: it reaches the sandbox only, whatever the routes say.
        const sender: KeyPrincipal = { ...principal, account, key: { ...principal.key, mode: "test" } };
        const { screening, now } = parts;
        const plan = planAttack({
          attack: ATTACK,
          ordinary: ORDINARY,
          random: randomInt,
          goesOut: (to) => {
            const [verdict] = screening.preview?.([messageTo(sender, to, now())]) ?? [];
            return verdict !== undefined && "action" in verdict && verdict.action === "allow";
          },
        });
        if (plan === undefined) {
          throw new ServiceError("conflict", "The policy lets no message pass to any country: allow one first.");
        }
        reply.code(201);
        return attack(parts, sender, plan.attack, plan.ordinary);
      },
    );
  };
}

async function attack(
  { screening, now, pauseMs = 400 }: SandboxAttackParts,
  sender: KeyPrincipal,
  consecutive: readonly E164[],
  ordinary: readonly E164[],
): Promise<z.infer<typeof attackView>> {
  const sent: Promise<number>[] = [];
  let destination = "";
  for (let handful = 0; handful < HANDFULS; handful++) {
    if (handful > 0) await wait(pauseMs);
    const numbers = [...part(ordinary, handful), ...part(consecutive, handful)];
    // Held ones are answered seconds later; the attack does not wait for them.
    sent.push(
      screening.send(numbers.map((to) => messageTo(sender, to, now()))).then((results) => {
        const last = results.at(-1);
        if (last !== undefined && "recipient" in last) [destination] = last.recipient.candidates;
        return results.filter(({ type }) => type === "stopped").length;
      }),
    );
  }
  const ends = await Promise.allSettled(sent);
  let stopped = 0;
  for (const end of ends) {
    if (end.status === "rejected") throw end.reason;
    stopped += end.value;
  }
  return { destination, sent: consecutive.length + ordinary.length, stopped };
}

function part<T>(items: readonly T[], handful: number): readonly T[] {
  const at = (share: number): number => Math.round((items.length * share) / HANDFULS);
  return items.slice(at(handful), at(handful + 1));
}

function messageTo(principal: KeyPrincipal, to: E164, at: EpochMilliseconds): OutgoingMessage {
  return {
    principal,
    dialect: "native",
    to,
    originator: "Safeguard",
    text: `Your code is ${randomInt(100_000, 1_000_000)}`,
    channels: ["sms"],
    channelsDeclared: false,
    purpose: "otp",
    policy: undefined,
    riskCheck: "enable",
    reference: undefined,
    callback: undefined,
    endUserAddress: undefined,
    wire: undefined,
    at,
  };
}
