import type { Command } from "commander";
import { type PricesView, pricesView } from "../../prices/price-routes.ts";
import { readPriceFile } from "../../prices/read-price-file.ts";
import { inSession } from "../action.ts";
import type { Cli, GlobalFlags } from "../cli.ts";
import { usageFailure } from "../command-failed.ts";
import { withExamples } from "../command-help.ts";
import { answer, table } from "../print.ts";
import { readText } from "../read-text.ts";

interface ImportFlags extends GlobalFlags {
  readonly currency: string;
}

const MOST_SHOWN = 10;

export function addPriceCommands(program: Command, cli: Cli): void {
  const { terminal } = cli;
  const prices = program
    .command("prices")
    .description("What a segment costs, by destination, operator or prefix: for ceilings of money.");

  const list = prices
    .command("list")
    .description("Show the prices: what was imported, and published ones for the rest.")
    .argument("[destination]", "only of this one")
    .action((destination: string | undefined, _: unknown, command: Command) =>
      inSession<GlobalFlags, void>(cli, command, async ({ client, flags }) => {
        const query = new URLSearchParams(destination === undefined ? {} : { destination: destination.toUpperCase() });
        const shown = await client.request({ method: "GET", path: `/v1/prices?${query}` }, pricesView);
        answer(terminal, flags, shown, (view) => priceTable(cli, view));
      }),
    );
  withExamples(list, [["safeguard prices list NL", "what a message to the Netherlands costs"]]);

  const imported = prices
    .command("import")
    .description("Replace the imported prices by those of a CSV: destination, price, and operator, prefix, currency.")
    .argument("<file>", "CSV with a header")
    .option("--currency <code>", "of prices without one", "USD")
    .action((path: string, _: unknown, command: Command) =>
      inSession<ImportFlags, void>(cli, command, async ({ client, flags }) => {
        const file = readPriceFile(await readText(path, terminal), flags.currency);
        if (file.problems.length > 0) {
          const shown = file.problems.slice(0, MOST_SHOWN).map(({ line, message }) => `line ${line}: ${message}`);
          throw usageFailure(`${path} is not imported: ${file.problems.length} lines are wrong.`, shown.join("\n"));
        }
        const body = { prices: file.prices };
        const shown = await client.request({ method: "PUT", path: "/v1/prices", body }, pricesView);
        answer(terminal, flags, shown, () => `${file.prices.length} prices are imported; they hold from now on.`);
      }),
    );
  withExamples(imported, [["safeguard prices import prices.csv --currency EUR", "your provider's prices in euros"]]);
}

function priceTable({ terminal }: Cli, view: PricesView): string {
  return table(
    terminal,
    ["DESTINATION", "OPERATOR", "PREFIX", "PRICE", "SOURCE"],
    view.prices.map(({ destination, operator, prefix, price, source }) => [
      destination,
      operator ?? "",
      prefix ?? "",
      `${price.amount} ${price.currency}`,
      source,
    ]),
  );
}
