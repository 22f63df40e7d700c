import { readFileSync } from "node:fs";

/** The process environment: the one place that reads it. A secret `X` may stand in a file named by `X_FILE` instead. */
export interface Environment {
  get(name: string): string | undefined;
  /** Is it there at all, be it empty, or as a file? */
  has(name: string): boolean;
}

export function processEnvironment(): Environment {
  return environmentOf(process.env);
}

export function environmentOf(variables: Readonly<Record<string, string | undefined>>): Environment {
  return {
    get(name) {
      const value = variables[name];
      const file = variables[`${name}_FILE`];
      if (value !== undefined && value !== "" && file !== undefined && file !== "")
        throw new ConfigurationInvalid([`${name} and ${name}_FILE are both set; set one of them`]);
      if (file !== undefined && file !== "") return readSecret(`${name}_FILE`, file);
      return value === "" ? undefined : value;
    },
    has: (name) => variables[name] !== undefined || variables[`${name}_FILE`] !== undefined,
  };
}

function readSecret(name: string, file: string): string {
  try {
    return readFileSync(file, "utf8").trim();
  } catch {
    throw new ConfigurationInvalid([`${name} names ${file}, which cannot be read`]);
  }
}

/** The configuration is not right: every problem at once, each naming the setting and what is right. */
export class ConfigurationInvalid extends Error {
  override readonly name = "ConfigurationInvalid";
  readonly code = "configuration_invalid";
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`The configuration is not right:\n${problems.map((problem) => `  - ${problem}`).join("\n")}`);
    this.problems = problems;
  }
}
