import type { Command } from "commander";
import { type RoutesView, routesView } from "../../providers/routes.ts";
import { inSession } from "../action.ts";
import type { Cli } from "../cli.ts";
import { usageFailure } from "../command-failed.ts";
import { withExamples } from "../command-help.ts";
import { answer, table } from "../print.ts";
import type { Terminal } from "../terminal.ts";

export function addRouteCommands(program: Command, cli: Cli): void {
  const { terminal } = cli;
  const routes = program.command("routes").description("Which providers serve an account's messages, by destination.");
  withExamples(routes, [
    ["safeguard routes get", "what is routed where"],
    ["safeguard routes set NL=cm,twilio '*=twilio'", "the Netherlands through CM.com first, all else through Twilio"],
  ]);
  const get = routes
    .command("get")
    .description("Show the account's routes.")
    .action((_: unknown, command: Command) =>
      inSession(cli, command, async ({ client, account, flags }) => {
        const shown = await client.request({ method: "GET", path: "/v1/routes", account }, routesView);
        answer(terminal, flags, shown, (view) => showRoutes(terminal, view));
      }),
    );
  withExamples(get, [["safeguard routes get --account 'Web shop'", "of one account"]]);
  const set = routes
    .command("set")
    .argument("[routes...]", "NL=cm,twilio: these providers in this order. * is every destination")
    .description(
      "Replace the account's routes. The next provider is tried only after a definite refusal. Without arguments: as the account above.",
    )
    .action((words: readonly string[], _: unknown, command: Command) =>
      inSession(cli, command, async ({ client, account, flags }) => {
        const body = { routes: words.map(routeFrom) };
        const shown = await client.request({ method: "PUT", path: "/v1/routes", account, body }, routesView);
        answer(terminal, flags, shown, (view) => showRoutes(terminal, view));
      }),
    );
  withExamples(set, [
    ["safeguard routes set '*=twilio'", "everything through one provider"],
    ["safeguard routes set NL=cm,twilio european_union=cm '*=twilio'", "the first that fits holds"],
  ]);
}

function routeFrom(word: string): { destination: string; providers: readonly string[] } {
  const equals = word.indexOf("=");
  const providers = word
    .slice(equals + 1)
    .split(",")
    .filter((provider) => provider !== "");
  if (equals < 1 || providers.length === 0) {
    throw usageFailure(`${JSON.stringify(word)} is no route; write it as NL=cm,twilio or '*=twilio'.`);
  }
  return { destination: word.slice(0, equals), providers };
}

function showRoutes(terminal: Terminal, { routes, inherited }: RoutesView): string {
  const shown = routes.length > 0 ? routes : (inherited?.routes ?? []);
  if (shown.length === 0)
    return "There are no routes: nothing is forwarded. `safeguard routes set '*=PROVIDER'` makes one.";
  const from =
    routes.length > 0 || inherited === null
      ? ""
      : `\n(of the account above${inherited.account === null ? "" : `, ${inherited.account}`})`;
  return (
    table(
      terminal,
      ["DESTINATION", "PROVIDERS"],
      shown.map((route) => [route.destination, route.providers.join(", ")]),
    ) + from
  );
}
