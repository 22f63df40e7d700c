import { type Command, Option } from "commander";
import { z } from "zod";
import { CONNECTOR_KINDS, type ConnectorKind } from "../../gateway/outbound/connector.ts";
import { PROVIDER_SCHEMAS } from "../../gateway/outbound/provider-settings.ts";
import {
  type newProviderBody,
  type ProviderView,
  providerCheckView,
  providerView,
} from "../../providers/provider-view.ts";
import { inSession } from "../action.ts";
import type { Cli, GlobalFlags } from "../cli.ts";
import { EXIT, usageFailure } from "../command-failed.ts";
import { withExamples } from "../command-help.ts";
import { answer, say, table } from "../print.ts";
import type { CommandStatus } from "../program.ts";
import { readText } from "../read-text.ts";
import { resolveAccount } from "../resolve-account.ts";
import { harmless, type Terminal } from "../terminal.ts";

interface AddFlags extends GlobalFlags {
  readonly kind: ConnectorKind;
  readonly set?: string[];
  readonly settings?: string;
  readonly secretsFrom?: string;
  readonly only?: string;
  readonly replace?: boolean;
}

/** Secrets that a kind always needs; those of `http` are what its template names. */
const SECRETS: Readonly<Record<ConnectorKind, readonly string[]>> = {
  twilio: ["authToken"],
  cm: ["productToken"],
  http: [],
  sandbox: [],
};

export function addProviderCommands(program: Command, cli: Cli, status: CommandStatus): void {
  const { terminal } = cli;
  const providers = program.command("providers").description("SMS providers that messages are forwarded to.");
  withExamples(providers, [
    ["safeguard providers add twilio --kind twilio --set accountSid=AC…", "asks for the auth token"],
    ["safeguard providers test twilio", "does it answer, and take our credentials?"],
    ["safeguard routes set '*=twilio'", "send everything through it"],
  ]);

  const add = providers
    .command("add")
    .argument("<id>", "its name in routes: lower-case letters, digits and hyphens")
    .description(
      "Add a provider. Its secrets are asked for, or read from a file or standard input; never given as a flag.",
    )
    .addOption(new Option("--kind <kind>", "what it is").choices(CONNECTOR_KINDS).makeOptionMandatory())
    .option("--set <name=value...>", "settings, such as accountSid=AC… or from=+3197…")
    .option("--settings <file>", "settings as a JSON or YAML file (the template of the kind http)")
    .option("--secrets-from <file>", "secrets, as name=value lines or JSON; - for standard input")
    .option("--only <account>", "only this account and those below may route to it")
    .option("--replace", "give a provider that is there new settings and secrets")
    .action((id: string, _: unknown, command: Command) =>
      inSession<AddFlags, void>(cli, command, async ({ client, flags }) => {
        const account = await resolveAccount(client, flags.only);
        const body: z.input<typeof newProviderBody> = {
          id,
          kind: flags.kind,
          settings: z.record(z.string(), z.json()).parse({
            ...(await settingsFile(terminal, flags.kind, flags.settings)),
            ...settingsOf(flags.kind, flags.set),
          }),
          secrets: await secretsFor(terminal, flags),
          ...(account !== undefined && { account }),
          ...(flags.replace === true && { replace: true }),
        };
        const made = await client.request({ method: "POST", path: "/v1/providers", body }, providerView);
        answer(terminal, flags, made, (shown) => [`${shown.id} is there.`, ...reportsTo(shown)].join("\n"));
        say(terminal, `Check it: safeguard providers test ${id}. Then send through it: safeguard routes set '*=${id}'`);
      }),
    );
  withExamples(add, [
    ["safeguard providers add twilio --kind twilio --set accountSid=AC…", "asks for the auth token"],
    ["safeguard providers add cm --kind cm --secrets-from cm.secret", "from a file with the line productToken=…"],
    [
      "safeguard providers add acme --kind http --settings acme.yaml --secrets-from -",
      "any HTTP provider, by a template",
    ],
  ]);

  const list = providers
    .command("list")
    .description("List the providers.")
    .action((_: unknown, command: Command) =>
      inSession(cli, command, async ({ client, flags }) => {
        const schema = z.object({ items: z.array(providerView) });
        const { items } = await client.request({ method: "GET", path: "/v1/providers" }, schema);
        answer(terminal, flags, items, (shown) =>
          table(
            terminal,
            ["ID", "KIND", "ONLY FOR", "ROUTED BY", "REPORTS TO"],
            shown.map((one) => [one.id, one.kind, one.account ?? "", one.routedBy.join(" "), one.reportUrl ?? ""]),
          ),
        );
      }),
    );
  withExamples(list, [["safeguard providers list", "which are there, and who routes to them"]]);

  const test = providers
    .command("test")
    .argument("<id>", "the provider")
    .description("Check a provider's address and credentials. Nothing is sent. Exit code 3 if it fails.")
    .action((id: string, _: unknown, command: Command) =>
      inSession(cli, command, async ({ client, flags }) => {
        const path = `/v1/providers/${encodeURIComponent(id)}/test`;
        const check = await client.request({ method: "POST", path }, providerCheckView);
        answer(terminal, flags, check, ({ ok, detail }) => `${id}: ${ok ? "good" : "not good"}. ${harmless(detail)}`);
        if (!check.ok) status.exitCode = EXIT.finding;
      }),
    );
  withExamples(test, [["safeguard providers test twilio", "does it answer, and take our credentials?"]]);

  const remove = providers
    .command("remove")
    .argument("<id>", "the provider")
    .description("Remove a provider that no account routes to.")
    .action((id: string, _: unknown, command: Command) =>
      inSession(cli, command, async ({ client, flags }) => {
        await client.perform({ method: "DELETE", path: `/v1/providers/${encodeURIComponent(id)}` });
        answer(terminal, flags, { removed: id }, () => `${id} is removed.`);
      }),
    );
  withExamples(remove, [["safeguard providers remove acme", "after its routes are gone"]]);
}

function reportsTo({ kind, reportUrl }: ProviderView): readonly string[] {
  if (kind === "sandbox") return [];
  if (kind !== "cm") return reportUrl === null ? [] : [`Delivery reports go to ${reportUrl}`];
  if (reportUrl === null) {
    return ["CM.com cannot report deliveries before this server has a public URL: set SAFEGUARD_PUBLIC_URL."];
  }
  return [
    `Enter this at CM.com as the status report URL of the product token, or no delivery is reported: ${reportUrl}`,
  ];
}

/** `from=12345` → `{ from: "12345" }`; numbers and yes-or-no only where the kind's schema has them (`timeoutMs=5000`). */
export function settingsOf(kind: ConnectorKind, words: readonly string[] = []): Record<string, unknown> {
  const types = settingTypes(kind);
  return Object.fromEntries(
    words.map((word) => {
      const equals = word.indexOf("=");
      if (equals < 1) throw usageFailure(`${JSON.stringify(word)} is no setting; write it as from=+31970000000.`);
      const name = word.slice(0, equals);
      const value = word.slice(equals + 1);
      const type = types[name];
      if (type === "boolean" && (value === "true" || value === "false")) return [name, value === "true"];
      const isNumber = (type === "integer" || type === "number") && /^-?\d+(\.\d+)?$/.test(value);
      return [name, isNumber ? Number(value) : value];
    }),
  );
}

/** The JSON types of a kind's settings, by name. */
function settingTypes(kind: ConnectorKind): Readonly<Record<string, unknown>> {
  const { properties = {} } = z.toJSONSchema(PROVIDER_SCHEMAS[kind].settings, { io: "input" });
  return Object.fromEntries(
    Object.entries(properties).map(([name, schema]) => [name, typeof schema === "object" ? schema.type : undefined]),
  );
}

/** Texts stay as they are written: YAML would read `from: 0612` as another number. */
async function settingsFile(
  terminal: Terminal,
  kind: ConnectorKind,
  file: string | undefined,
): Promise<Record<string, unknown>> {
  if (file === undefined) return {};
  const { parse } = await import("yaml");
  const text = await readText(file, terminal);
  const content: unknown = parse(text);
  if (typeof content === "object" && content !== null && !Array.isArray(content)) {
    const written = parse(text, { schema: "failsafe" }) as Record<string, unknown>;
    const types = settingTypes(kind);
    return Object.fromEntries(
      Object.entries(content).map(([name, value]) => [name, types[name] === "string" ? written[name] : value]),
    );
  }
  throw usageFailure(`${file} holds no settings; write it as name: value.`);
}

async function secretsFor(terminal: Terminal, flags: AddFlags): Promise<Record<string, string>> {
  if (flags.secretsFrom !== undefined) {
    return readSecrets(await readText(flags.secretsFrom, terminal));
  }
  const needed = SECRETS[flags.kind];
  if (needed.length === 0) return {};
  if (!terminal.interactive || !flags.input) {
    throw usageFailure(
      `The kind ${flags.kind} needs ${needed.join(", ")}.`,
      `Give it in a file with the line ${needed[0]}=…: --secrets-from FILE, or --secrets-from - for standard input.`,
    );
  }
  const { isCancel, password } = await import("@clack/prompts");
  const secrets: Record<string, string> = {};
  for (const name of needed) {
    const value = await password({
      input: terminal.input,
      output: terminal.errors,
      message: name,
      validate: (given) => ((given ?? "") === "" ? "Type it, or Ctrl-C." : undefined),
    });
    if (isCancel(value)) throw usageFailure("Nothing was added.");
    secrets[name] = value;
  }
  return secrets;
}

/** `name=value` lines, or a JSON object of texts. The values never stand in an error. */
export function readSecrets(content: string): Record<string, string> {
  const text = content.trim();
  if (text.startsWith("{")) {
    try {
      return z.record(z.string(), z.string()).parse(JSON.parse(text));
    } catch {
      throw usageFailure("The secrets are no JSON object of texts.");
    }
  }
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== "" && !line.trimStart().startsWith("#"));
  return Object.fromEntries(
    lines.map((line, index) => {
      const equals = line.indexOf("=");
      if (equals < 1) throw usageFailure(`Line ${index + 1} of the secrets is not name=value.`);
      return [line.slice(0, equals).trim(), line.slice(equals + 1).trim()];
    }),
  );
}
