export type * from "./alert-types.ts";
export { createClient, type PostOptions, type SafeguardClient } from "./create-client.ts";
export type * from "./incident-types.ts";
export type * from "./limit-types.ts";
export type * from "./policy-types.ts";
export { type Problem, SafeguardError, type SafeguardErrorCode } from "./safeguard-error.ts";
export type { Call, ClientOptions, Transport } from "./transport.ts";
export type * from "./types.ts";
export { type ReceivedWebhook, type VerifyOptions, verifyWebhook, type WebhookVerification } from "./verify-webhook.ts";
