import { SafeguardError, type SafeguardErrorCode } from "./safeguard-error.ts";

export interface ClientOptions {
  /** Where the server is, such as `https://sms.example.com`. */
  readonly baseUrl: string;
  /** `sg_live_…` or `sg_test_…`. */
  readonly key: string;
  /** An account below the key's own that the calls are for. Default: the key's own. */
  readonly account?: string;
  /** Longest that a call may take, in milliseconds. Default 30,000. */
  readonly timeoutMs?: number;
  /** Instead of the global `fetch`. */
  readonly fetch?: typeof globalThis.fetch;
}

export interface Call {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Already escaped. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly body?: unknown;
  readonly idempotencyKey?: string | undefined;
}

/** Makes one call; throws SafeguardError for whatever is no success. */
export type Transport = <T>(call: Call) => Promise<T>;

const DEFAULT_TIMEOUT_MS = 30_000;

export function createTransport(options: ClientOptions): Transport {
  const base = options.baseUrl.replace(/\/+$/, "");
  const fetchOnce = options.fetch ?? globalThis.fetch;
  return async <T>(call: Call): Promise<T> => {
    const headers: Record<string, string> = { authorization: `Bearer ${options.key}`, accept: "application/json" };
    if (options.account !== undefined) headers["safeguard-account"] = options.account;
    if (call.idempotencyKey !== undefined) headers["idempotency-key"] = call.idempotencyKey;
    if (call.body !== undefined) headers["content-type"] = "application/json";
    let response: Response;
    let text: string;
    try {
      response = await fetchOnce(`${base}${call.path}${queryOf(call.query)}`, {
        method: call.method,
        headers,
        // A redirect would carry the key to wherever it points.
        redirect: "error",
        signal: AbortSignal.timeout(options.timeoutMs ?? DEFAULT_TIMEOUT_MS),
        ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
      });
      text = await response.text();
    } catch (cause) {
      const timedOut = cause instanceof Error && cause.name === "TimeoutError";
      throw timedOut
        ? new SafeguardError("timeout", "The server did not answer in time.", { cause })
        : new SafeguardError("unreachable", "The server cannot be reached.", { cause });
    }
    if (response.status === 204) return null as T;
    const answer = parse(text);
    if (response.ok && answer !== undefined) return answer as T;
    throw errorOf(response.status, answer);
  };
}

function queryOf(query: Call["query"]): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== undefined) parameters.set(name, String(value));
  }
  return parameters.size === 0 ? "" : `?${parameters}`;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

interface ProblemDetails {
  readonly code: SafeguardErrorCode;
  readonly detail: string;
  readonly requestId: string;
  readonly problems: SafeguardError["problems"];
}

function errorOf(status: number, answer: unknown): SafeguardError {
  if (isProblemDetails(answer)) {
    const { code, detail, requestId, problems } = answer;
    return new SafeguardError(code, detail, { status, requestId, problems });
  }
  return new SafeguardError("unexpected_answer", `Something answered ${status} that is not Safeguard's API.`, {
    status,
  });
}

function isProblemDetails(answer: unknown): answer is ProblemDetails {
  if (typeof answer !== "object" || answer === null) return false;
  const { code, detail, problems } = answer as Partial<Record<keyof ProblemDetails, unknown>>;
  return typeof code === "string" && typeof detail === "string" && Array.isArray(problems);
}
