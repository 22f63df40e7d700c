import { processEnvironment } from "../config/environment.ts";
import { run } from "./run.ts";
import { processTerminal } from "./terminal.ts";

// `safeguard … | head` closes the pipe early: that is no fault.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  process.exit(error.code === "EPIPE" ? 0 : 1);
});

process.exitCode = await run(process.argv.slice(2), {
  terminal: processTerminal(processEnvironment()),
  composition: async () => (await import("../composition.ts")).composition,
});
