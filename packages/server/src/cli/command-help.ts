import type { Command } from "commander";

export interface Example {
  readonly command: string;
  readonly meaning: string;
}

const EXAMPLES = new WeakMap<Command, readonly Example[]>();

/** Gives a command its examples; its help begins with them. */
export function withExamples(
  command: Command,
  examples: readonly (readonly [command: string, meaning: string])[],
): Command {
  const list = examples.map(([text, meaning]) => ({ command: text, meaning }));
  EXAMPLES.set(command, list);
  const lines = list.flatMap(({ command: text, meaning }) => [`  # ${meaning}`, `  $ ${text}`]);
  return command.addHelpText("before", `Examples:\n${lines.join("\n")}\n`);
}

export function examplesOf(command: Command): readonly Example[] {
  return EXAMPLES.get(command) ?? [];
}
