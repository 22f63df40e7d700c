/** What a client needs to be pointed at this server. */
export interface SnippetFacts {
  /** This server's address, without a slash at its end. */
  readonly url: string;
  readonly secret: string;
  readonly productToken: string;
  readonly authToken: string;
  readonly twilioSid: string;
}

export interface Snippet {
  readonly name: "curl" | "twilioNode" | "twilioPython" | "cm" | "client";
  readonly code: string;
}

/** How each kind of client sends its first message through Safeguard with a key: only the address and the credential differ from before. */
export function snippetsFor({ url, secret, productToken, authToken, twilioSid }: SnippetFacts): readonly Snippet[] {
  return [
    {
      name: "curl",
      code: `curl ${url}/v1/messages \\
  -H "Authorization: Bearer ${secret}" \\
  -H "Content-Type: application/json" \\
  -d '{"to": "+31612345678", "from": "Shop", "text": "Your code is 123456", "purpose": "otp"}'`,
    },
    {
      name: "twilioNode",
      code: `import twilio from "twilio";

const client = twilio("${twilioSid}", "${authToken}");
client.api.baseUrl = "${url}";
await client.messages.create({ to: "+31612345678", from: "Shop", body: "Your code is 123456" });`,
    },
    {
      name: "twilioPython",
      code: `from twilio.rest import Client

client = Client("${twilioSid}", "${authToken}")
client.api.base_url = "${url}"
client.messages.create(to="+31612345678", from_="Shop", body="Your code is 123456")`,
    },
    {
      name: "cm",
      code: `import { MessageApiClient } from "@cmdotcom/text-sdk";

const client = new MessageApiClient("${productToken}");
const message = client.createMessage();
message.api.basePath = "${url}";
await message.setMessage(["0031612345678"], "Shop", "Your code is 123456").send();`,
    },
    {
      name: "client",
      code: `import { createClient } from "@safeguard/client";

const safeguard = createClient({ baseUrl: "${url}", key: "${secret}" });
const { id, action } = await safeguard.messages.send({
  to: "+31612345678", from: "Shop", text: "Your code is 123456", purpose: "otp",
});`,
    },
  ];
}
