import { type EpochMilliseconds, parseRecipient } from "@safeguard/core";
import { z } from "zod";
import type { AccountContext } from "../../api/account-context.ts";
import type { RoutePlugin } from "../../api/app.ts";
import { ServiceError } from "../../api/service-error.ts";
import { fromZodError } from "../../api/to-service-error.ts";
import { OPERATOR_KEY } from "../../decisions/decide-requests.ts";
import { MAX_BATCH } from "../../decisions/decision-body.ts";
import { idFromPublic, publicId } from "../../decisions/view-decision.ts";
import {
  type EventRequest,
  type EventView,
  eventBatchBody,
  eventBatchView,
  eventBody,
  eventView,
} from "./event-body.ts";
import type { OutcomeAnswer, OutcomeClaim, Outcomes } from "./outcomes.ts";

type Problem = NonNullable<EventView["problem"]>;

/** `POST /v1/events`: what became of messages and decisions. */
export function eventRoutes(outcomes: Outcomes): RoutePlugin {
  return async (app) => {
    app.post(
      "/v1/events",
      {
        config: { scope: "events:write" },
        schema: {
          tags: ["Feedback"],
          summary: "Say what became of a message, or of up to 1,000 at once",
          description:
            "One event is answered 201 where it is recorded, 200 where it was known, 404 where there is no such message. Of a batch each is answered for itself, and what can be recorded is. A key that may send or ask may do this, too.",
          body: z.union([eventBody, eventBatchBody]),
          response: { 200: eventView, 201: z.union([eventView, eventBatchView]) },
        },
        // Below, so that what is wrong is named as in the one form that was meant.
        validatorCompiler: () => () => true,
      },
      async (request, reply) => {
        const body: unknown = request.body;
        if (isBatch(body)) {
          const events = await say(outcomes, request.accountContext, readBatch(body));
          reply.code(201);
          return { ...countByStatus(events), events };
        }
        const [event] = await say(outcomes, request.accountContext, [read(eventBody, body)]);
        if (event === undefined) throw new Error("an event has no answer");
        if (event.problem !== null) throw refusal(event.problem);
        reply.code(event.status === "known" ? 200 : 201);
        return event;
      },
    );
  };
}

async function say(
  outcomes: Outcomes,
  { principal, account, at }: AccountContext,
  requests: readonly EventRequest[],
): Promise<readonly EventView[]> {
  const read = requests.map((request) => ({ kind: request.kind, claim: claimOf(request) }));
  const claims = read.flatMap(({ claim }) => (isProblem(claim) ? [] : [claim]));
  const key = principal.type === "key" ? principal.key.id : OPERATOR_KEY;
  const answers = await outcomes.report({ account: account.id, key, at, impossibleTimes: "refuse" }, claims);
  const next = answers.values();
  return read.map(({ kind, claim }): EventView => {
    if (isProblem(claim)) {
      return { status: claim.code === "unknown_message" ? "unknown" : "refused", kind, id: null, problem: claim };
    }
    const answer = next.next().value ?? { type: "unknown" };
    const id = "message" in answer ? publicId(answer.of === "message" ? "msg_" : "dec_", answer.message) : null;
    return { status: answer.type, kind, id, problem: problemOf(answer, "id" in claim.about ? "id" : "to") };
  });
}

function claimOf({ kind, id, to, at, attempts }: EventRequest): OutcomeClaim | Problem {
  const occurredAt = at === undefined ? undefined : (Date.parse(at) as EpochMilliseconds);
  const said = { kind, occurredAt, ...(attempts !== undefined && { attempts }) };
  if (to === undefined) {
    const known = idFromPublic(id ?? "");
    return known === undefined ? UNKNOWN_ID : { ...said, about: { id: known } };
  }
  const parsed = parseRecipient(to, "native");
  if (parsed.ok) return { ...said, about: { to: parsed.recipient.e164 } };
  return {
    code: "number_invalid",
    field: "to",
    message: "must be a number in international form, such as +31612345678",
  };
}

const UNKNOWN_ID: Problem = {
  code: "unknown_message",
  field: "id",
  message: "is no message or decision of this account",
};
const UNKNOWN_NUMBER: Problem = {
  code: "unknown_message",
  field: "to",
  message: "got no message or decision of this account within the 24 hours before",
};

function isProblem(claim: OutcomeClaim | Problem): claim is Problem {
  return "code" in claim;
}

function problemOf(answer: OutcomeAnswer, field: "id" | "to"): Problem | null {
  if (answer.type === "unknown") return field === "id" ? UNKNOWN_ID : UNKNOWN_NUMBER;
  if (answer.type !== "refused") return null;
  const { reason, limit } = answer;
  return { code: reason, field: "at", message: TIME_WORDS[reason](new Date(limit).toISOString()) };
}

const TIME_WORDS: Readonly<Record<Extract<OutcomeAnswer, { type: "refused" }>["reason"], (limit: string) => string>> = {
  in_future: (limit) => `must not be in the future; it is ${limit} here`,
  before_message: (limit) => `must not be before the message, which was decided at ${limit}`,
  too_late: (limit) => `must not be before ${limit}, 180 days ago, nor about a message from before then`,
};

/** The answer to a single event that was not recorded. */
function refusal({ code, field, message }: Problem): ServiceError {
  if (code === "unknown_message") return new ServiceError("not_found", "There is no such message or decision.");
  return new ServiceError("invalid_request", `Not valid: ${field}.`, [{ field, message }]);
}

function countByStatus(events: readonly EventView[]) {
  const counts = { recorded: 0, known: 0, unknown: 0, refused: 0 };
  for (const { status } of events) counts[status]++;
  return counts;
}

function isBatch(body: unknown): body is { readonly events: unknown } {
  return typeof body === "object" && body !== null && Object.hasOwn(body, "events");
}

function readBatch(body: { readonly events: unknown }): readonly EventRequest[] {
  if (Array.isArray(body.events) && body.events.length > MAX_BATCH) {
    throw new ServiceError("too_large", `One request may hold at most ${MAX_BATCH} events; send it in parts.`);
  }
  return read(eventBatchBody, body).events;
}

function read<S extends z.ZodType>(schema: S, body: unknown): z.output<S> {
  const result = schema.safeParse(body);
  if (!result.success) throw fromZodError(result.error);
  return result.data;
}
