import { type Logger, pino } from "pino";

export type { Logger };

/**
 * The one logger. What is logged is chosen by the caller field by field; these paths are cut all the same, should a whole
 * object slip in: a number, a text or a secret is never in a log.
 */
const NEVER_LOGGED = ["to", "text", "body", "number", "authorization", "secret", "token", "headers", "msisdn"];

export function createLogger(level: string): Logger {
  return pino({
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: [...NEVER_LOGGED, ...NEVER_LOGGED.map((name) => `*.${name}`)], censor: "[cut]" },
  });
}
