import { connect as connectTcp } from "node:net";
import { connect as connectTls } from "node:tls";
import { SealBroken } from "../../store/seal.ts";
import type { AddressGuard } from "./address-guard.ts";
import { splitBaseUrl } from "./base-url.ts";
import { type ConnectorParts, ProviderInvalid } from "./create-connector.ts";
import type { Provider } from "./provider.ts";
import { openProviderSecrets } from "./provider-secrets.ts";
import { parseProviderSettings } from "./provider-settings.ts";
import { parseJson, providerWords } from "./provider-words.ts";
import { twilioAuthorization } from "./twilio/twilio-connector.ts";

/** What a check of a provider found. `detail` says what was checked, and what was not. Nothing is ever sent. */
export interface ProviderCheck {
  readonly ok: boolean;
  readonly detail: string;
}

/** Checks a provider without sending: its settings, that it can be reached, and its credentials where it has a way to. */
export async function testProvider(
  provider: Provider,
  parts: Pick<ConnectorParts, "seal" | "exchange" | "guardedExchange">,
  guard?: AddressGuard,
  /** For the addresses that the operator chose. */
  ownGuard?: AddressGuard,
): Promise<ProviderCheck> {
  try {
    const given = openProviderSecrets(parts.seal, provider);
    const parsed = parseProviderSettings(provider.kind, provider.settings, given);
    if (!parsed.ok) throw new ProviderInvalid(provider.id, parsed.problems);
    return await checkKind(provider, given, parts, { guard, ownGuard });
  } catch (error) {
    if (error instanceof ProviderInvalid) return { ok: false, detail: `${error.message}.` };
    if (error instanceof SealBroken)
      return { ok: false, detail: "Its secrets were sealed under another master key; add the provider again." };
    throw error;
  }
}

async function checkKind(
  provider: Provider,
  given: Readonly<Record<string, string>>,
  parts: Pick<ConnectorParts, "exchange" | "guardedExchange">,
  guards: { readonly guard: AddressGuard | undefined; readonly ownGuard: AddressGuard | undefined },
): Promise<ProviderCheck> {
  const guardOf = (settings: { readonly publicAddressesOnly: boolean }) =>
    settings.publicAddressesOnly ? guards.guard : guards.ownGuard;
  switch (provider.kind) {
    case "sandbox":
      return { ok: true, detail: "The sandbox is part of Safeguard. It never sends." };
    case "twilio":
      return checkTwilio(provider, given, parts);
    case "cm": {
      const parsed = parseProviderSettings("cm", provider.settings, given);
      if (!parsed.ok) throw new ProviderInvalid(provider.id, parsed.problems);
      return checkConnection(parsed.settings.baseUrl, guardOf(parsed.settings));
    }
    case "http": {
      const parsed = parseProviderSettings("http", provider.settings, given);
      if (!parsed.ok) throw new ProviderInvalid(provider.id, parsed.problems);
      const { origin } = new URL(parsed.settings.url.replace(/\{\{.*?\}\}/g, "x"));
      return checkConnection(origin, guardOf(parsed.settings));
    }
  }
}

/** Twilio tells an account about itself: that proves the SID and the token. */
async function checkTwilio(
  provider: Provider,
  given: Readonly<Record<string, string>>,
  parts: Pick<ConnectorParts, "exchange" | "guardedExchange">,
): Promise<ProviderCheck> {
  const parsed = parseProviderSettings("twilio", provider.settings, given);
  if (!parsed.ok) throw new ProviderInvalid(provider.id, parsed.problems);
  const { settings, secrets } = parsed;
  const { origin, prefix } = splitBaseUrl(settings.baseUrl);
  const authorization = twilioAuthorization(settings, secrets);
  const result = await (settings.publicAddressesOnly ? parts.guardedExchange : parts.exchange).send({
    origin,
    path: `${prefix}/2010-04-01/Accounts/${settings.accountSid}.json`,
    method: "GET",
    headers: { authorization, accept: "application/json" },
    body: undefined,
    timeoutMs: settings.timeoutMs,
  });
  if (result.type !== "answered") return { ok: false, detail: `${origin} cannot be used: ${result.text}.` };
  const body = parseJson(result.body) as Readonly<Record<string, unknown>> | null | undefined;
  if (result.status === 200) {
    const status = providerWords(body?.["status"], undefined, [secrets.authToken, authorization]);
    if (status === "" || status === "active")
      return { ok: true, detail: `${origin} knows the account and its token. Nothing was sent.` };
    return { ok: false, detail: `The Twilio account is ${status}.` };
  }
  const words = providerWords(body?.["message"], undefined, [secrets.authToken, authorization]);
  return { ok: false, detail: `${origin} answered HTTP ${result.status}${words === "" ? "" : `: ${words}`}.` };
}

/** Connects, with TLS where the URL has it, and says nothing. */
function checkConnection(url: string, guard: AddressGuard | undefined): Promise<ProviderCheck> {
  const { protocol, hostname, port, origin } = new URL(url);
  const check = guard?.check(url);
  if (check?.ok === false) return Promise.resolve({ ok: false, detail: `The URL ${check.problem}.` });
  const host = hostname.startsWith("[") ? hostname.slice(1, -1) : hostname;
  const secure = protocol === "https:";
  const options = {
    host,
    port: port === "" ? (secure ? 443 : 80) : Number(port),
    ...(guard === undefined ? {} : { lookup: guard.lookup }),
  };
  return new Promise((resolve) => {
    const socket = secure ? connectTls({ ...options, servername: host }) : connectTcp(options);
    const end = (check: ProviderCheck) => {
      socket.destroy();
      resolve(check);
    };
    socket.setTimeout(5_000, () => end({ ok: false, detail: `${origin} does not answer.` }));
    socket.on("error", (error: NodeJS.ErrnoException) =>
      end({ ok: false, detail: `${origin} cannot be reached (${error.code ?? error.name}).` }),
    );
    socket.once(secure ? "secureConnect" : "connect", () =>
      end({
        ok: true,
        detail: `${origin} can be reached. Its credentials are not checked: it has no request for that which sends nothing.`,
      }),
    );
  });
}
