import { code, document, NO_SECOND_FACTOR, NO_SESSION, notApplicable, open, type Rows, test } from "./answer.ts";

const SERVER = "packages/server";
const NO_PROVIDER = notApplicable("No identity provider is asked.");
const FAILED = `${SERVER}/src/accounts/failed-attempts.test.ts`;
const PERMISSIONS = `${SERVER}/test/permissions.test.ts`;
const CONFIRM = `${SERVER}/test/confirm-page.test.ts`;

/** V6 to V9: who asks, and what he may do. */
export const IDENTITY: Rows = {
  "V6.1.1": ["guessing, in the docs", document("docs/guide/keys-and-accounts.md")],
  "V6.1.2": ["words that no password may have, in the docs", NO_SESSION],
  "V6.1.3": ["every way to prove oneself, in the docs", document("docs/guide/keys-and-accounts.md")],
  "V6.2.1": ["passwords: length", NO_SESSION],
  "V6.2.2": ["passwords: can be changed", NO_SESSION],
  "V6.2.3": ["passwords: the old one is asked for", NO_SESSION],
  "V6.2.4": ["passwords: not one of the commonest", NO_SESSION],
  "V6.2.5": ["passwords: any characters", NO_SESSION],
  "V6.2.6": ["passwords: hidden as they are typed", NO_SESSION],
  "V6.2.7": ["passwords: can be pasted", NO_SESSION],
  "V6.2.8": ["passwords: checked as they came", NO_SESSION],
  "V6.2.9": ["passwords: may be long", NO_SESSION],
  "V6.2.10": ["passwords: do not expire", NO_SESSION],
  "V6.2.11": ["passwords: without the words above", NO_SESSION],
  "V6.2.12": ["passwords: not a leaked one", NO_SESSION],
  "V6.3.1": [
    "guessing is stopped",
    test(FAILED, "is heard no more, good credential or not, until it has calmed; others are"),
  ],
  "V6.3.2": [
    "no default accounts",
    code(`${SERVER}/src/first-start.ts`, "The first key is random, and made at the first start."),
  ],
  "V6.3.3": [
    "more than one factor",
    open(
      "A person's key is one factor; the networks that it is good from can be limited, and loosening needs four eyes.",
    ),
  ],
  "V6.3.4": [
    "every way is equally strong",
    test(FAILED, "is counted over all three faces of a key", "The three faces of a key are one credential."),
  ],
  "V6.4.1": ["initial passwords", NO_SESSION],
  "V6.4.2": ["no secret questions", NO_SESSION],
  "V6.4.3": ["forgotten passwords", NO_SESSION],
  "V6.4.4": ["lost factors", NO_SECOND_FACTOR],
  "V6.5.1": ["codes are good once", NO_SECOND_FACTOR],
  "V6.5.2": ["how recovery codes are kept", NO_SECOND_FACTOR],
  "V6.5.3": ["codes are random", NO_SECOND_FACTOR],
  "V6.5.4": ["codes cannot be guessed", NO_SECOND_FACTOR],
  "V6.5.5": ["codes are short-lived", NO_SECOND_FACTOR],
  "V6.6.1": ["codes by SMS or phone", NO_SECOND_FACTOR],
  "V6.6.2": ["codes belong to one request", NO_SECOND_FACTOR],
  "V6.6.3": ["guessing of codes", NO_SECOND_FACTOR],
  "V6.8.1": ["users of several providers", NO_PROVIDER],
  "V6.8.2": ["signatures of assertions", NO_PROVIDER],
  "V6.8.3": ["SAML assertions are good once", NO_PROVIDER],
  "V6.8.4": ["strength of the provider's log-in", NO_PROVIDER],
  "V7.1.1": ["how long a session lasts, in the docs", NO_SESSION],
  "V7.1.2": ["sessions side by side, in the docs", NO_SESSION],
  "V7.1.3": ["sessions across systems, in the docs", NO_SESSION],
  "V7.2.1": ["tokens are checked by the server", NO_SESSION],
  "V7.2.2": ["sessions have tokens of their own", NO_SESSION],
  "V7.2.3": ["tokens are random", NO_SESSION],
  "V7.2.4": ["a new token with each log-in", NO_SESSION],
  "V7.3.1": ["quiet sessions end", NO_SESSION],
  "V7.3.2": ["every session ends", NO_SESSION],
  "V7.4.1": ["an ended session is ended", NO_SESSION],
  "V7.4.2": [
    "nothing is left to who is removed",
    test(
      `${SERVER}/test/accounts-apart.test.ts`,
      "may do what its role permits, from the next request on, and nothing once removed",
    ),
  ],
  "V7.4.3": ["other sessions can be ended", NO_SESSION],
  "V7.4.4": ["log-out is easy to find", NO_SESSION],
  "V7.4.5": ["an administrator can end sessions", NO_SESSION],
  "V7.5.1": ["log in again before the credential is changed", NO_SESSION],
  "V7.5.2": ["one's own sessions can be seen", NO_SESSION],
  "V7.6.1": ["sessions and their provider's", NO_PROVIDER],
  "V7.6.2": ["no session without being asked for", NO_SESSION],
  "V8.1.1": ["who may do what, in the docs", document("docs/reference/permissions.md")],
  "V8.1.2": [
    "who may see which field, in the docs",
    document("docs/guide/privacy.md", "Whole numbers need `numbers:reveal`; all else goes by route."),
  ],
  "V8.2.1": [
    "every route asks for its permission",
    test(PERMISSIONS, "lets in exactly those whose role or scope permits it, and no further than to accounts below"),
  ],
  "V8.2.2": [
    "every object belongs to somebody (IDOR)",
    test(PERMISSIONS, "answers what is another's byte for byte as what is not there"),
  ],
  "V8.2.3": [
    "fields",
    test(
      `${SERVER}/test/accounts-apart.test.ts`,
      "masks numbers of persons where it is read, and keeps them where it is proved",
    ),
  ],
  "V8.3.1": [
    "the server decides",
    code(`${SERVER}/src/api/authenticate-request.ts`, "Before a body is read, for every route."),
  ],
  "V8.4.1": [
    "tenants apart",
    test(PERMISSIONS, "lets in exactly those whose role or scope permits it, and no further than to accounts below"),
  ],
  "V9.1.1": [
    "tokens are authentic",
    test(
      CONFIRM,
      "a link that was changed in any place opens nothing",
      "The links in alerts are the only such tokens.",
    ),
  ],
  "V9.1.2": [
    "tokens: one algorithm",
    code(`${SERVER}/src/store/create-seal.ts`, "AES-256-GCM; the token does not say which."),
  ],
  "V9.1.3": [
    "tokens: our key alone",
    code(`${SERVER}/src/store/create-seal.ts`, "The key comes from the master key; the token names none."),
  ],
  "V9.2.1": ["tokens: time", test(CONFIRM, "is good for a day")],
  "V9.2.2": [
    "tokens: purpose",
    test(`${SERVER}/src/store/create-seal.test.ts`, "opens to what was sealed, for its own purpose only"),
  ],
  "V9.2.3": [
    "tokens: audience",
    test(`${SERVER}/src/store/create-seal.test.ts`, "does not open under another master key"),
  ],
  "V9.2.4": ["tokens: several audiences", notApplicable("Who makes a token is the only one who takes it.")],
};
