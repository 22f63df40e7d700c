import { processEnvironment } from "../config/environment.ts";
import { EXIT } from "./command-failed.ts";
import { run } from "./run.ts";
import { processTerminal } from "./terminal.ts";

// `safeguard … | head` closes the pipe early: that is no fault.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  process.exit(error.code === "EPIPE" ? 0 : 1);
});

const exitCode = await run(process.argv.slice(2), {
  terminal: processTerminal(processEnvironment()),
  composition: async () => (await import("../composition.ts")).composition,
});
// A command that failed half way may have left something open; what was written must still come out.
if (exitCode === EXIT.ok) process.exitCode = exitCode;
else process.stdout.write("", () => process.stderr.write("", () => process.exit(exitCode)));
