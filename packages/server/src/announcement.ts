import { fileURLToPath } from "node:url";
import type { MintedKey } from "./accounts/mint-key.ts";
import type { Config } from "./config/config.ts";
import { describeStorePlace } from "./store/open-store.ts";

/** What a person who starts the server should read. */
export interface AnnouncementParts {
  readonly url: string;
  readonly config: Pick<Config, "mode" | "dataDirectory" | "database">;
  /** Providers besides the sandbox. */
  readonly sendingProviders: readonly string[];
  /** The link by which the first person comes into the console; undefined: somebody has a login. */
  readonly setupUrl: string | undefined;
  /** Made by this start: shown now and never again. */
  readonly firstKey: { readonly minted: Omit<MintedKey, "id">; readonly twilioSid: string } | undefined;
  /** Where the first key was written instead of being shown. */
  readonly firstKeyFile: string | undefined;
}

/** Addresses; new keys with snippets that work when pasted; what is (not) sent. */
export function announcement(parts: AnnouncementParts): string {
  const { url, config, sendingProviders, firstKey, firstKeyFile } = parts;
  const isDev = config.mode === "dev";
  const sending =
    sendingProviders.length > 0
      ? `live keys send by ${sendingProviders.join(", ")}, as their routes say; test keys reach only the sandbox`
      : isDev
        ? "nothing is really sent: the sandbox takes all messages"
        : "nothing can be sent yet: add a provider with npx safeguard providers add";
  const lines = [
    `Safeguard listens on ${url}`,
    "",
    parts.setupUrl === undefined
      ? `  Console         ${url}`
      : `  Console         set it up within 30 minutes, by this link: ${parts.setupUrl}`,
    `  API reference   ${url}/docs`,
    `  Data            ${config.dataDirectory}`,
    `  Store           ${describeStorePlace({ directory: "the data folder", database: config.database })}`,
    `  Sending         ${sending}`,
    ...(isDev ? [`  Sandbox inbox   ${url}/sandbox`] : []),
  ];
  if (firstKeyFile !== undefined)
    lines.push(
      "",
      `The first key, with its three faces, stands in ${firstKeyFile}. Take it from there and delete the file.`,
    );
  else if (firstKey === undefined)
    lines.push("", "  Keys are shown once, when they are made. For a new one: npx safeguard keys create NAME --test");
  else lines.push("", ...shownOnce(url, firstKey));
  return `${lines.join("\n")}\n`;
}

function shownOnce(url: string, firstKey: NonNullable<AnnouncementParts["firstKey"]>): readonly string[] {
  const { minted, twilioSid } = firstKey;
  return [
    "Your first key, with its three faces. They are shown this once:",
    "",
    `  Safeguard key      ${minted.secret}`,
    `  CM.com token       ${minted.productToken}`,
    `  Twilio SID, token  ${twilioSid}  ${minted.authToken}`,
    "",
    "This terminal is taken: Ctrl-C stops the server and keeps everything. Open a second one, and paste first",
    "(the SDKs are found in this folder, and the guides call the key SAFEGUARD_KEY):",
    "",
    `cd ${quoted(FOLDER)}`,
    `export SAFEGUARD_KEY=${minted.secret}`,
    "",
    ...snippets(url, firstKey),
  ];
}

/** Where `npm ci` put the SDKs. */
const FOLDER = fileURLToPath(new URL("../../..", import.meta.url)).replace(/[\\/]$/, "");

/** As one word of a shell. */
function quoted(path: string): string {
  return /^[\w./:@-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}

function snippets(url: string, { minted, twilioSid }: NonNullable<AnnouncementParts["firstKey"]>): readonly string[] {
  return [
    "Then any of these. Send a message with curl:",
    "",
    `curl -s ${url}/v1/messages -H "Authorization: Bearer $SAFEGUARD_KEY" \\`,
    `  -H "Content-Type: application/json" -d '{"to":"+31612345678","from":"Demo","text":"Your code is 12345"}'; echo`,
    "",
    "With the Twilio SDK:",
    "",
    `node -e '`,
    `const client = require("twilio")("${twilioSid}", "${minted.authToken}");`,
    `client.api.baseUrl = "${url}";`,
    `client.messages.create({ to: "+31612345678", from: "+3197010000000", body: "Your code is 12345" }).then(({ sid, status }) => console.log(sid, status), console.error);`,
    `'`,
    "",
    "With the CM.com SDK:",
    "",
    `node -e '`,
    `const { MessageApiClient } = require("@cmdotcom/text-sdk");`,
    `const message = new MessageApiClient("${minted.productToken}").createMessage().setMessage(["0031612345678"], "Demo", "Your code is 12345");`,
    `message.api.basePath = "${url}";`,
    `message.send().then(({ data }) => console.log(data), (error) => console.error(error.response?.data ?? error));`,
    `'`,
    "",
    "Block the Netherlands, then send there again:",
    "",
    `curl -s ${url}/v1/policies/default/destinations -H "Authorization: Bearer $SAFEGUARD_KEY" \\`,
    `  -H "Content-Type: application/json" -d '{"block":["NL"],"reason":"to see it work"}'; echo`,
  ];
}
