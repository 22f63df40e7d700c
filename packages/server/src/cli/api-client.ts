import type { z } from "zod";
import type { Problem } from "../api/service-error.ts";
import { CommandFailed, EXIT, type ExitCode } from "./command-failed.ts";
import { problemInCommandWords, sentenceInCommandWords } from "./in-command-words.ts";

export interface ApiRequest {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** With its query, such as `/v1/policies?limit=10`. */
  readonly path: string;
  readonly body?: unknown;
  /** The account that it is for; absent: the key's own, or the only one. */
  readonly account?: string | undefined;
}

export interface ApiReply {
  readonly status: number;
  readonly body: string;
}

/** How a request reaches the API: over HTTP, or into the product opened in this process. */
export interface ApiTransport {
  /** Of the server, without a trailing slash; undefined: there is none. */
  readonly address?: string;
  send(request: ApiRequest): Promise<ApiReply>;
  close(): Promise<void>;
}

/** The server's API as the commands use it; the same whichever way it is reached. */
export class ApiClient {
  readonly #transport: ApiTransport;
  /** `remote`: by `--url`; `running`: the server that holds the data folder; `opened`: the data folder, opened by us. */
  readonly way: "remote" | "running" | "opened";

  constructor(transport: ApiTransport, way: ApiClient["way"]) {
    this.#transport = transport;
    this.way = way;
  }

  /** Of the server; undefined: the data folder is opened in this process. */
  get address(): string | undefined {
    return this.#transport.address;
  }

  /** The answer, checked; CommandFailed with the API's own words when it refuses. */
  async request<S extends z.ZodType>(request: ApiRequest, schema: S): Promise<z.output<S>> {
    const body = parseJson(await this.#send(request));
    const answer = schema.safeParse(body);
    if (answer.success) return answer.data;
    throw new CommandFailed(
      `The server's answer to ${request.method} ${request.path} is not as this version knows it.`,
      {
        hints: ["Use the command line of the version that the server runs."],
      },
    );
  }

  /** As `request`; undefined: there is no such thing. */
  async find<S extends z.ZodType>(request: ApiRequest, schema: S): Promise<z.output<S> | undefined> {
    try {
      return await this.request(request, schema);
    } catch (error) {
      if (error instanceof ApiRefusal && error.status === 404) return undefined;
      throw error;
    }
  }

  /** For requests that are answered without a body. */
  async perform(request: ApiRequest): Promise<void> {
    await this.#send(request);
  }

  close(): Promise<void> {
    return this.#transport.close();
  }

  async #send(request: ApiRequest): Promise<string> {
    const reply = await this.#transport.send(request);
    if (reply.status < 400) return reply.body;
    throw refusal(reply, request, this.way);
  }
}

/** The API refused: `problems` as it said them, for commands that know better words. */
export class ApiRefusal extends CommandFailed {
  readonly status: number;
  readonly problems: readonly Problem[];

  constructor(
    message: string,
    options: { readonly exitCode: ExitCode; readonly hints: readonly string[] },
    { status, problems }: { readonly status: number; readonly problems: readonly Problem[] },
  ) {
    super(message, options);
    this.status = status;
    this.problems = problems;
  }
}

function refusal(reply: ApiReply, request: ApiRequest, way: ApiClient["way"]): CommandFailed {
  const details = parseJson(reply.body);
  if (typeof details !== "object" || details === null || !("detail" in details) || typeof details.detail !== "string") {
    return new CommandFailed(`The server answered ${reply.status}, and not in the way of Safeguard's API.`, {
      hints: ["Is this address Safeguard's? See --url and SAFEGUARD_URL."],
    });
  }
  const problems = "problems" in details && Array.isArray(details.problems) ? (details.problems as Problem[]) : [];
  const hints = problems.map((problem) => problemInCommandWords(problem, request.body));
  if (reply.status === 401 && way === "remote") {
    hints.push("Is SAFEGUARD_KEY (or the file of SAFEGUARD_KEY_FILE) a secret, sg_…, of a key of that server?");
  }
  const exitCode = reply.status === 400 ? EXIT.usage : EXIT.error;
  return new ApiRefusal(
    sentenceInCommandWords(details.detail),
    { hints, exitCode },
    { status: reply.status, problems },
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
