import { code, document, notApplicable, type Rows, test } from "./answer.ts";

const SERVER = "packages/server";
const NO_FILES = notApplicable(
  "The server takes no files, and serves those of the console alone: bodies are JSON, XML or a form. The command line reads the files of who runs it.",
);
const NO_UNMANAGED = notApplicable("JavaScript alone; no unmanaged code of ours.");

/** V1, V2, V5: what comes in. */
export const INPUT: Rows = {
  "V1.1.1": [
    "decoded once, before it is checked",
    test(`${SERVER}/src/gateway/inbound/cm/gateway-route.test.ts`, "reads element names in any casing, entities"),
  ],
  "V1.1.2": [
    "encoded last, for where it goes",
    test(`${SERVER}/src/gateway/outbound/http/http-connector.test.ts`, "no text can break out of its place"),
  ],
  "V1.2.1": [
    "encoding for HTML, XML and headers",
    test(`${SERVER}/src/backtest/render-html.test.ts`, "escapes whatever comes from the file"),
  ],
  "V1.2.2": [
    "encoding in URLs, safe schemes",
    test(
      `${SERVER}/src/gateway/outbound/http/http-connector.test.ts`,
      "a sender cannot lead to another path, nor add a header",
    ),
  ],
  "V1.2.3": [
    "encoding in JavaScript and JSON",
    code(`${SERVER}/src/api/app.ts`, "JSON is written by `JSON.stringify`; no script is ever built."),
  ],
  "V1.2.4": [
    "SQL with parameters",
    test(`${SERVER}/src/store/postgres/pg-sql.test.ts`, "has numbered parameters, and one name for one text"),
  ],
  "V1.2.5": ["operating-system commands", notApplicable("The server starts no other program.")],
  "V1.2.6": ["LDAP", notApplicable("No LDAP.")],
  "V1.2.7": ["XPath", notApplicable("No XPath: a document is read into a tree and walked.")],
  "V1.2.8": ["LaTeX", notApplicable("No LaTeX.")],
  "V1.2.9": [
    "what goes into a regular expression",
    code(`${SERVER}/src/store/number-trace.ts`, "Only the digits of a parsed number are ever put into one."),
  ],
  "V1.3.1": ["HTML from editors", notApplicable("Nobody gives us HTML.")],
  "V1.3.2": ["no `eval`", code("biome.json", "The recommended rules refuse `eval`; nothing is compiled at run time.")],
  "V1.3.3": [
    "only safe characters where they could do harm",
    test(
      `${SERVER}/src/gateway/outbound/http/http-connector.test.ts`,
      "a sender cannot lead to another path, nor add a header",
    ),
  ],
  "V1.3.4": ["SVG from outside", notApplicable("Nobody gives us pictures.")],
  "V1.3.5": ["markup and template languages from outside", notApplicable("Texts are never read as markup.")],
  "V1.3.6": [
    "requests to addresses that a customer chose (SSRF)",
    test(`${SERVER}/src/gateway/outbound/ssrf.test.ts`, "a customer's URL never reaches what is inside"),
  ],
  "V1.3.7": [
    "templates",
    test(
      `${SERVER}/src/gateway/outbound/http/http-connector.test.ts`,
      "a text with placeholders in it is only text",
      "Templates are the operator's.",
    ),
  ],
  "V1.3.8": ["JNDI", notApplicable("No Java.")],
  "V1.3.9": ["memcache", notApplicable("No memcache.")],
  "V1.3.10": [
    "format strings",
    code(`${SERVER}/src/telemetry/logger.ts`, "What is logged is a constant sentence; what varies is a field."),
  ],
  "V1.3.11": [
    "mail headers and commands",
    test(`${SERVER}/test/alerts-raised.test.ts`, "cannot be given another header by the account's name"),
  ],
  "V1.4.1": ["memory safety", NO_UNMANAGED],
  "V1.4.2": [
    "overflow of whole numbers",
    test(`${SERVER}/src/api/money.test.ts`, "no amount loses a millionth", "Every number has a least and a most."),
  ],
  "V1.4.3": ["memory freed and used again", NO_UNMANAGED],
  "V1.5.1": [
    "XML without external entities",
    code(
      `${SERVER}/src/gateway/inbound/cm/xml-document.ts`,
      "A document type is refused; entities are ours alone. Tried in `gateway-route.test.ts` beside it.",
    ),
  ],
  "V1.5.2": [
    "nothing but data is read from data",
    test(`${SERVER}/src/api/hostile-input.test.ts`, "never answers with a fault, whatever the JSON"),
  ],
  "V2.1.1": [
    "what is valid, in the docs",
    document("docs/reference/numbering.md", "And `/openapi.json` for every field of the API."),
  ],
  "V2.1.2": ["what must fit together, in the docs", document("docs/reference/policy-file.md")],
  "V2.1.3": ["limits, in the docs", document("docs/guide/limits.md", "The server's own: `docs/guide/monitoring.md`.")],
  "V2.2.1": [
    "every field is checked",
    test(`${SERVER}/src/api/hostile-input.test.ts`, "all fields of a POST to %s that are wrong are told at once"),
  ],
  "V2.2.2": [
    "checked in the server",
    code(`${SERVER}/src/api/app.ts`, "Each route has its schema, or does not start."),
  ],
  "V2.2.3": [
    "what must fit together is checked",
    test("packages/core/src/policy/validate-policy-document.test.ts", "blocks no destination under allow_all"),
  ],
  "V2.3.1": [
    "steps in their order",
    test(
      `${SERVER}/src/gateway/submissions/submission-state.test.ts`,
      "are reached by the ways that stand in the table, and by no other",
    ),
  ],
  "V2.3.2": [
    "limits hold",
    test(
      `${SERVER}/test/promises/ceilings.test.ts`,
      "is never exceeded by requests that come all at once, whatever the way in",
    ),
  ],
  "V2.3.3": [
    "whole or not at all",
    test(
      `${SERVER}/src/audit/audited-journal.test.ts`,
      "a change and its row are in one group, which becomes durable whole or not at all",
    ),
  ],
  "V2.3.4": [
    "nothing is given out twice",
    test(
      `${SERVER}/src/api/idempotency.test.ts`,
      "of many at once one takes effect, and all get its answer",
      "Ceilings are reserved before anything is sent.",
    ),
  ],
  "V2.4.1": [
    "floods",
    test(
      `${SERVER}/src/gateway/inbound/admission.test.ts`,
      "one account's flood costs the others nothing: not one of their requests is refused",
    ),
  ],
  "V5.1.1": ["which files are taken, in the docs", NO_FILES],
  "V5.2.1": [
    "size of what is taken",
    test(`${SERVER}/src/api/hostile-input.test.ts`, "a body over the limit is refused before it is read to its end"),
  ],
  "V5.2.2": ["files are what they say", NO_FILES],
  "V5.2.3": ["compressed files", notApplicable("No compressed body is taken.")],
  "V5.3.1": ["uploaded files are not run", NO_FILES],
  "V5.3.2": [
    "paths on the disk",
    code(`${SERVER}/src/store/data-place.ts`, "Every file in the data folder has a fixed name; no request names one."),
  ],
  "V5.4.1": ["names of downloads", NO_FILES],
  "V5.4.2": ["encoding of names of downloads", NO_FILES],
  "V5.4.3": ["malware in files", NO_FILES],
};
