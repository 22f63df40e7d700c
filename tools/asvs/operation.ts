import { code, document, notApplicable, open, type Rows, test } from "./answer.ts";

const SERVER = "packages/server";
const AT_REST = "docs/reference/data-at-rest.md";
const HEADERS = `${SERVER}/src/security-headers.test.ts`;
const CONFIG = `${SERVER}/src/config/config.test.ts`;
const EXCHANGE = `${SERVER}/src/gateway/outbound/http-exchange.test.ts`;
const FAILED_ATTEMPTS = `${SERVER}/src/accounts/failed-attempts.test.ts`;
const FAIL_MODES = `${SERVER}/test/fail-modes.test.ts`;
const ALLOW_LIST = test(
  `${SERVER}/src/gateway/outbound/ssrf.test.ts`,
  "nor any host that is not on the list, where there is one",
  "`SAFEGUARD_CALLBACK_HOSTS`; without it customers' URLs may name any public address. All others are named by the operator, one by one. When saved: `ssrf-settings.test.ts`.",
);

/** V11 to V14: keys, wires, settings, data. */
export const OPERATION: Rows = {
  "V11.1.1": [
    "how keys are managed, in the docs",
    document(AT_REST, "Under The life of the master key. Replacing it: `master-key-contract.ts`, for both stores."),
  ],
  "V11.1.2": ["inventory of cryptography", document(AT_REST)],
  "V11.2.1": [
    "implementations of repute",
    code(`${SERVER}/src/store/blob-cipher.ts`, "`node:crypto` (OpenSSL) everywhere; no cipher or hash of our own."),
  ],
  "V11.2.2": [
    "algorithms and keys can be replaced",
    open(
      "The master key is replaced by `safeguard master-key replace`, and derived keys name a version; but nothing enciphers what is kept anew under another root key or algorithm.",
    ),
  ],
  "V11.2.3": [
    "128 bits of security",
    code(`${SERVER}/src/store/master-key.ts`, "Keys of 256 bits, from one of 256 bits."),
  ],
  "V11.3.1": [
    "no ECB, no weak padding",
    code(
      `${SERVER}/src/store/record-ids.ts`,
      "Data is under GCM. A record id is one AES block of a number that is used once, which has no mode to be weak.",
    ),
  ],
  "V11.3.2": ["approved ciphers", code(`${SERVER}/src/store/blob-cipher.ts`, "AES-256-GCM.")],
  "V11.3.3": [
    "changes to what is enciphered are found",
    test(`${SERVER}/src/store/create-seal.test.ts`, "does not open when one byte of it was changed, nor cut short"),
  ],
  "V11.4.1": [
    "approved hashes",
    code(
      `${SERVER}/src/store/keyed-hash.ts`,
      "SHA-256 and HMAC-SHA-256. Twilio's callbacks are signed with HMAC-SHA-1, as their clients check them.",
    ),
  ],
  "V11.4.2": [
    "how passwords are kept",
    test(`${SERVER}/test/sign-in.test.ts`, "is kept as argon2id, and stands in no file"),
  ],
  "V11.4.3": [
    "hashes that nothing collides with",
    test(
      `${SERVER}/src/audit/verify-chain.test.ts`,
      "a trail that was written anew from some row on does not fit a head that was noted before",
      "SHA-256.",
    ),
  ],
  "V11.4.4": ["keys from passwords", notApplicable("No key comes from a password: the master key is 32 random bytes.")],
  "V11.5.1": [
    "128 random bits",
    test(
      `${SERVER}/src/accounts/mint-key.test.ts`,
      "each digit of a product token is random: there are 128 such bits",
      "From `node:crypto`; all other secrets have as many or more. Product tokens made by versions before have 122, and are replaced with `safeguard keys reroll`.",
    ),
  ],
  "V11.6.1": ["public-key cryptography", notApplicable("None but that of TLS, which is OpenSSL's.")],
  "V12.1.1": [
    "TLS 1.2 and 1.3",
    test(HEADERS, "takes TLS 1.3 first, and 1.2 with forward secrecy and authenticated encryption"),
  ],
  "V12.1.2": [
    "cipher suites",
    test(HEADERS, "takes TLS 1.3 first, and 1.2 with forward secrecy and authenticated encryption"),
  ],
  "V12.1.3": ["client certificates", notApplicable("Nobody proves himself by a certificate.")],
  "V12.2.1": ["TLS to the outside", test(CONFIG, "refuses unsafe defaults in production, all at once")],
  "V12.2.2": ["certificates that the public trusts", document("docs/guide/production.md", "The certificate is yours.")],
  "V12.3.1": [
    "every wire is encrypted",
    test(
      `${SERVER}/src/config/clear-wires.test.ts`,
      "does not start where the %s would be in the clear",
      "With `SAFEGUARD_REQUIRE_TLS`, which is off by default; URLs of providers and customers: `ssrf-settings.test.ts`. Of an identity provider its own address is looked at, not what its metadata name.",
    ),
  ],
  "V12.3.2": ["certificates are checked", test(EXCHANGE, "an unknown certificate: nothing was sent")],
  "V12.3.3": ["TLS between our own services", notApplicable("Safeguard is one process.")],
  "V12.3.4": [
    "certificates inside",
    test(
      CONFIG,
      "is what the URL names, over verified TLS",
      "An authority of your own can be named: database and mail.",
    ),
  ],
  "V13.1.1": ["whom it talks to, in the docs", document("docs/guide/privacy.md", "Under Processors.")],
  "V13.2.1": [
    "services prove themselves by more than a password",
    test(
      `${SERVER}/test/postgres/postgres-store.peer.test.ts`,
      "may know who comes by a certificate instead of a password",
      "PostgreSQL is the one part of ours behind the server. A mail server and the providers are others' services and give out what they log in with: an account of its own there, sealed in the store or read from a file.",
    ),
  ],
  "V13.2.2": [
    "least privilege",
    document("docs/guide/postgresql.md", "A role that owns its own database and no more."),
  ],
  "V13.2.3": ["no default credentials", test(`${SERVER}/src/store/master-key.test.ts`, "is not made up in production")],
  "V13.2.4": ["whom it may talk to", ALLOW_LIST],
  "V13.2.5": ["whom the server may ask", ALLOW_LIST],
  "V13.3.1": [
    "where secrets are kept",
    document(
      "docs/reference/settings.md",
      "Every secret may come from a file (`…_FILE`), as vaults and orchestrators give them; what must be read back is sealed in the store.",
    ),
  ],
  "V13.3.2": [
    "who can read secrets",
    test(`${SERVER}/src/store/master-key.test.ts`, "that others can read is refused"),
  ],
  "V13.4.1": [
    "no source control on the server",
    code(`${SERVER}/src/api/reference-page.ts`, "Nothing is served from the disk but one named program of the page."),
  ],
  "V13.4.2": [
    "no debug mode",
    test(CONFIG, "refuses unsafe defaults in production, all at once", "`safeguard up` has none."),
  ],
  "V13.4.3": [
    "no listing of folders",
    test(`${SERVER}/src/listener.test.ts`, "%s %s is the API's to answer", "No folder is served."),
  ],
  "V13.4.4": ["no TRACE", test(`${SERVER}/src/listener.test.ts`, "%s %s is the API's to answer")],
  "V13.4.5": [
    "documents and metrics are shown on purpose",
    test(
      `${SERVER}/test/alerts-raised.test.ts`,
      "in production answers who shows the token, and to nobody else is it there; keys and the operator are no token",
      "The description of the API is public on purpose.",
    ),
  ],
  "V14.1.1": ["which data is sensitive, in the docs", document("docs/guide/privacy.md")],
  "V14.1.2": ["how each is protected, in the docs", document(AT_REST)],
  "V14.2.1": [
    "nothing sensitive in a URL",
    test(
      `${SERVER}/src/api/refuse-number-in-url.test.ts`,
      "is refused, and told where it belongs",
      "A key in a URL is refused as well; the console's addresses: `search-without-numbers.test.ts`. Twilio's and CM.com's dialects keep their vendors' shapes; CM.com's GET is off by default.",
    ),
  ],
  "V14.2.2": ["nothing sensitive in caches on the way", test(HEADERS, "is for who asked alone, and is nothing to run")],
  "V14.2.3": [
    "nothing to trackers",
    test(`${SERVER}/src/api/routes.test.ts`, "the reference page calls nobody but us"),
  ],
  "V14.2.4": [
    "protected as the docs say",
    test(`${SERVER}/test/promises/in-the-clear.test.ts`, "after messages of every fate"),
  ],
  "V14.3.1": [
    "the browser forgets after log-out",
    code(
      "packages/console/src/frame/person-menu.tsx",
      "Signing out forgets every answer of the server; the cookie is taken back.",
    ),
  ],
  "V14.3.2": ["no-store", test(HEADERS, "is for who asked alone, and is nothing to run")],
  "V14.3.3": [
    "nothing sensitive in the browser's storage",
    code(
      "packages/console/src/i18n/language.ts",
      "The language, and light or dark, are all that is kept in the browser.",
    ),
  ],
};

/** V15, V16: how it is built, and what it logs. */
export const BUILD: Rows = {
  "V15.1.1": ["how soon libraries are updated, in the docs", document("SECURITY.md")],
  "V15.1.2": [
    "inventory of libraries",
    code("package-lock.json", "Every one with version, source and hash; `npm sbom` writes it as a bill of materials."),
  ],
  "V15.1.3": ["what is expensive, in the docs", document("docs/guide/monitoring.md", "When too much is asked.")],
  "V15.2.1": [
    "libraries are up to date",
    test(
      "tools/vulnerabilities/judge-audit.test.ts",
      "names each advisory of moderate severity and above",
      "`npm run check:vulnerabilities`, which `.github/workflows/vulnerabilities.yml` runs weekly and with each change of the lockfile; `.github/dependabot.yml` has new versions proposed. Both need a host that runs them; how soon we aim to fix stands in `SECURITY.md`.",
    ),
  ],
  "V15.2.2": [
    "what is expensive cannot stop the rest",
    test(
      `${SERVER}/src/gateway/inbound/admission.test.ts`,
      "another account's errors are 0, and its latency is nearly what it is alone",
    ),
  ],
  "V15.2.3": [
    "only what production needs",
    test(
      `${SERVER}/src/config/config.test.ts`,
      "refuses in production what is made for tests",
      "The sandbox is off unless asked for.",
    ),
  ],
  "V15.3.1": [
    "answers have only what is asked for",
    test(
      `${SERVER}/test/accounts-apart.test.ts`,
      "says who, from where, what, before and after, and why; and never a secret",
    ),
  ],
  "V15.3.2": [
    "redirects are not followed",
    test(EXCHANGE, "a redirect is an answer like any other: it is not followed"),
  ],
  "V15.3.3": [
    "only known fields are taken",
    test(
      "packages/core/src/policy/validate-policy-document.test.ts",
      "has only known fields; a slip is told what was meant",
    ),
  ],
  "V15.3.4": [
    "the client's address",
    test(
      `${SERVER}/src/api/client-address.test.ts`,
      "whatever the client writes, the address that our proxy saw is the answer",
    ),
  ],
  "V15.3.5": ["types", code("tsconfig.base.json", "The strictest flags; `==` is refused by biome.")],
  "V15.3.6": [
    "prototype pollution",
    test(`${SERVER}/src/gateway/inbound/cm/json-route.test.ts`, "is not impressed by __proto__"),
  ],
  "V15.3.7": [
    "a parameter that comes twice",
    test(`${SERVER}/src/gateway/inbound/cm/gateway-route.test.ts`, "refuses a parameter that stands twice"),
  ],
  "V16.1.1": ["what is logged, in the docs", document("docs/guide/monitoring.md", "Under Logs.")],
  "V16.2.1": [
    "when, where, who, what",
    code(`${SERVER}/src/telemetry/logger.ts`, "Time and level; address, route and request by the caller."),
  ],
  "V16.2.2": [
    "times",
    code(`${SERVER}/src/telemetry/logger.ts`, "UTC, as ISO 8601. A clock that jumps is noticed and raises an alert."),
  ],
  "V16.2.3": ["logs go where the docs say", code(`${SERVER}/src/telemetry/logger.ts`, "Standard output alone.")],
  "V16.2.4": ["logs can be read by machines", code(`${SERVER}/src/telemetry/logger.ts`, "A JSON object to a line.")],
  "V16.2.5": [
    "nothing sensitive in logs",
    test(`${SERVER}/test/promises/in-the-clear.test.ts`, "its log at its most talkative holds none of it either"),
  ],
  "V16.3.1": [
    "log of who proved himself",
    test(
      `${SERVER}/src/accounts/tell-uses.test.ts`,
      "is told of once in an hour from each address",
      "Of keys; wrong ones: `failed-attempts.test.ts`. Who signs in, and who could not, is logged as well.",
    ),
  ],
  "V16.3.2": [
    "log of what was not permitted",
    test(
      `${SERVER}/src/listener.test.ts`,
      "what a dialect answers with 403 is told, by its route",
      "The management API's: `routes.test.ts`. CM.com's dialect has no word for it: such a key is refused there as a wrong token is.",
    ),
  ],
  "V16.3.3": [
    "log of attempts to get round",
    test(FAILED_ATTEMPTS, "is told of once for each credential, and when it is shut out"),
  ],
  "V16.3.4": ["log of faults", code(`${SERVER}/src/safeguard.ts`, "Whatever nobody expected, by name and message.")],
  "V16.4.1": ["nothing can break out of a log line", code(`${SERVER}/src/telemetry/logger.ts`, "JSON escapes it.")],
  "V16.4.2": [
    "logs cannot be altered",
    test(
      `${SERVER}/test/accounts-apart.test.ts`,
      "names the first row that was altered in the database, whatever was done to it",
      "The audit trail. Standard output is for your collector to keep.",
    ),
  ],
  "V16.4.3": [
    "logs go to another machine",
    document(
      "docs/guide/monitoring.md",
      "Under On another machine. The server writes to standard output alone, and what starts it sends that on: a matter of the deployment, which no test of ours shows.",
    ),
  ],
  "V16.5.1": [
    "errors tell nothing of the inside",
    code(`${SERVER}/src/api/to-service-error.ts`, "What nobody foresaw is `internal`; its text stays in the log."),
  ],
  "V16.5.2": ["what is missing outside", test(FAIL_MODES, "each row of the fail-mode table, made to fail")],
  "V16.5.3": ["never open by a fault", test(FAIL_MODES, "each row of the fail-mode table, made to fail")],
};
