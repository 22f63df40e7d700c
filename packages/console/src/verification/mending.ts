/** How the outcome is told, in one dialect. */
export interface MendingSnippet {
  readonly name: "curl" | "twilio" | "cm" | "client";
  readonly code: string;
}

/** What the snippets are filled in with. `sid`: the account's `AC…`. */
export interface MendingPlace {
  readonly url: string;
  readonly sid: string;
  /** A message of the account that the outcome could be told of. */
  readonly message: string;
}

/** The lines that tell what became of a code, with this server's address and account filled in. Secrets are the reader's. */
export function mendingSnippets({ url, sid, message }: MendingPlace): readonly MendingSnippet[] {
  return [
    {
      name: "curl",
      code: [
        `curl ${url}/v1/events \\`,
        `  -H "Authorization: Bearer $SAFEGUARD_KEY" -H "Content-Type: application/json" \\`,
        `  -d '{"kind": "verified", "id": "${message}"}'`,
      ].join("\n"),
    },
    {
      name: "twilio",
      code: [
        `const client = require("twilio")("${sid}", process.env.SAFEGUARD_AUTH_TOKEN);`,
        `client.api.baseUrl = "${url}";`,
        "// once the person has entered the right code:",
        `await client.messages(message.sid).feedback.create({ outcome: "confirmed" });`,
      ].join("\n"),
    },
    {
      name: "cm",
      code: [
        `curl ${url}/v1.0/conversion -H "Content-Type: application/json" \\`,
        `  -d '{"ProductToken": "'$PRODUCT_TOKEN'", "Msisdn": "0031612345678", "Reference": "order-17"}'`,
      ].join("\n"),
    },
    {
      name: "client",
      code: [
        `import { createClient } from "@safeguard/client";`,
        `const safeguard = createClient({ baseUrl: "${url}", key: process.env.SAFEGUARD_KEY });`,
        "// once the person has entered the right code:",
        `await safeguard.reportOutcome({ kind: "verified", id: message.id });`,
      ].join("\n"),
    },
  ];
}
