import { WHEN_PRICE_UNKNOWN } from "@safeguard/core";
import { type Command, InvalidArgumentError, Option } from "commander";
import { inSession } from "../action.ts";
import type { Cli } from "../cli.ts";
import { usageFailure } from "../command-failed.ts";
import { withExamples } from "../command-help.ts";
import { type ChangeFlags, change, changeCommand } from "./policy-changes.ts";

type Price = { readonly amount: number; readonly currency: string } | null;

interface LimitsFlags extends ChangeFlags {
  readonly maximumPrice?: { readonly price: Price };
  readonly whenPriceUnknown?: string;
}

/** `policy limits`: what a message may cost. Ceilings are lists, and stand in the policy's file. */
export function addPolicyLimitsCommand(policy: Command, cli: Cli): void {
  const command = changeCommand(policy, "limits", "Say what a message may cost. Ceilings stand in the policy's file.")
    .option("--maximum-price <amount>", "dearer messages are stopped, such as 0.25EUR; none takes it away", price)
    .addOption(
      new Option(
        "--when-price-unknown <choice>",
        "a message whose price is not known, where a limit is in money",
      ).choices(WHEN_PRICE_UNKNOWN),
    )
    .action((_: unknown, invoked: Command) =>
      inSession<LimitsFlags, void>(cli, invoked, async (session) => {
        const { maximumPrice, whenPriceUnknown } = session.flags;
        if (maximumPrice === undefined && whenPriceUnknown === undefined) {
          throw usageFailure("Say --maximum-price or --when-price-unknown. What holds is shown by safeguard limits.");
        }
        await change(cli, session, "limits", {
          ...(maximumPrice !== undefined && { maximumPrice: maximumPrice.price }),
          ...(whenPriceUnknown !== undefined && { whenPriceUnknown }),
        });
      }),
    );
  withExamples(command, [
    ["safeguard policy limits --maximum-price 0.25EUR -m 'nothing dear'", "stop single dear messages"],
    [
      "safeguard policy limits --maximum-price 0.25EUR --when-price-unknown maximum_price -m 'new operators'",
      "and count what has no price as if it cost that",
    ],
  ]);
}

function price(text: string): { readonly price: Price } {
  if (text === "none") return { price: null };
  const [, amount, currency] = /^(\d+(?:\.\d+)?) ?([A-Z]{3})$/.exec(text) ?? [];
  if (amount === undefined || currency === undefined) {
    throw new InvalidArgumentError("Write an amount and its currency, such as 0.25EUR, or none.");
  }
  return { price: { amount: Number(amount), currency } };
}
