import { code, document, notApplicable, type Rows, test } from "./answer.ts";

const SERVER = "packages/server";
const PEOPLE = "docs/guide/accounts.md";
const SIGN_IN = `${SERVER}/test/sign-in.test.ts`;
const OIDC = `${SERVER}/test/sign-in-oidc.test.ts`;
const WEAK = `${SERVER}/src/sign-in/weak-password.test.ts`;
const FIELDS = "packages/console/src/session/new-password-fields.tsx";
const LENGTH = "has 12 to 128 characters of whatever kind, is counted as it came, and is none that would be guessed";
const COOKIE = "is a cookie of random bits that no script can read, new each time, and stands in no answer";
const ENDS = "ends when it was quiet, and after a day however it is used";
const NO_MESSAGES = notApplicable("No code is sent to anybody: not by SMS, phone, mail or push.");
const FAILED = `${SERVER}/src/accounts/failed-attempts.test.ts`;
const PERMISSIONS = `${SERVER}/test/permissions.test.ts`;
const CONFIRM = `${SERVER}/test/confirm-page.test.ts`;

/** V6 to V9: who asks, and what he may do. */
export const IDENTITY: Rows = {
  "V6.1.1": ["guessing, in the docs", document(PEOPLE, "Of people; of keys: `keys-and-accounts.md`.")],
  "V6.1.2": ["words that no password may have, in the docs", document(PEOPLE)],
  "V6.1.3": [
    "every way to prove oneself, in the docs",
    document(PEOPLE, "Of people; of keys: `keys-and-accounts.md`."),
  ],
  "V6.2.1": ["passwords: length", test(SIGN_IN, LENGTH)],
  "V6.2.2": ["passwords: can be changed", test(SIGN_IN, "is changed with the old one, which ends every other session")],
  "V6.2.3": [
    "passwords: the old one is asked for",
    test(SIGN_IN, "is changed with the old one, which ends every other session"),
  ],
  "V6.2.4": [
    "passwords: not one of the commonest",
    test(WEAK, "is not one of the 3,000 commonest that are long enough, in whatever case"),
  ],
  "V6.2.5": ["passwords: any characters", test(WEAK, "that is none of these is taken, whatever its characters")],
  "V6.2.6": ["passwords: hidden as they are typed", code(FIELDS, "Shown only while somebody asks for it.")],
  "V6.2.7": [
    "passwords: can be pasted",
    code(FIELDS, "A plain field of type password, with the names by which password managers know it."),
  ],
  "V6.2.8": [
    "passwords: checked as they came",
    test(SIGN_IN, LENGTH, "Letters that keyboards write in two ways count as the same (NFKC), as NIST has it."),
  ],
  "V6.2.9": ["passwords: may be long", test(SIGN_IN, LENGTH)],
  "V6.2.10": ["passwords: do not expire", document(PEOPLE)],
  "V6.2.11": [
    "passwords: without the words above",
    test(WEAK, "is more than the person's name, address or business, or the product's name"),
  ],
  "V6.2.12": [
    "passwords: not a leaked one",
    test(
      SIGN_IN,
      "is not taken at the set-up, by an invitation, by a link for a new one, nor in the place of the old one",
      "Where `SAFEGUARD_LEAKED_PASSWORDS_URL` is set; what is looked up, and how: `leaked-passwords.test.ts`.",
    ),
  ],
  "V6.3.1": [
    "guessing is stopped",
    test(
      FAILED,
      "is heard no more, good credential or not, until it has calmed; others are",
      "Passwords and codes of people: `sign-in.test.ts`.",
    ),
  ],
  "V6.3.2": [
    "no default accounts",
    code(
      `${SERVER}/src/first-start.ts`,
      "The first key is random, and made at the first start; the first person chooses a password by a link that is good for 30 minutes.",
    ),
  ],
  "V6.3.3": [
    "more than one factor",
    test(
      SIGN_IN,
      "is set up before anything else is done: no other route answers",
      "Where `SAFEGUARD_SECOND_FACTOR=required` is set. A person's key is one factor; the networks that it is good from can be limited.",
    ),
  ],
  "V6.3.4": [
    "every way is equally strong",
    test(
      FAILED,
      "is counted over all three faces of a key",
      "The three faces of a key are one credential. Who signs in by an identity provider has the second factor there.",
    ),
  ],
  "V6.4.1": [
    "initial passwords",
    test(
      SIGN_IN,
      "by which a member comes in is good once, for who is a member still",
      "Nobody gets a password: links, good for 30 minutes, an hour or a week.",
    ),
  ],
  "V6.4.2": ["no secret questions", document(PEOPLE)],
  "V6.4.3": [
    "forgotten passwords",
    test(SIGN_IN, "that was lost with its codes is taken away by a link of the operator, not by another"),
  ],
  "V6.4.4": [
    "lost factors",
    document(PEOPLE, "The operator, who knows the person, as with an invitation; it is said for each link."),
  ],
  "V6.5.1": [
    "codes are good once",
    test(
      SIGN_IN,
      "is asked for after the password, and each code lets in once",
      "Also across a restart. Recovery codes: the test of how they are kept.",
    ),
  ],
  "V6.5.2": [
    "how recovery codes are kept",
    test(
      SIGN_IN,
      "has codes for when it is lost, each good once, hashed with a salt of its own where they are kept",
      "Argon2id, as passwords; a code has 59 random bits. Of data from before: `recovery-codes.test.ts`.",
    ),
  ],
  "V6.5.3": [
    "codes are random",
    code(
      `${SERVER}/src/sign-in/sign-in.ts`,
      "The library makes secrets and recovery codes with the Web Crypto generator.",
    ),
  ],
  "V6.5.4": [
    "codes cannot be guessed",
    code(`${SERVER}/src/sign-in/sign-in.ts`, "Six digits of the app; ten letters and digits of a recovery code."),
  ],
  "V6.5.5": [
    "codes are short-lived",
    test(
      SIGN_IN,
      "takes the code of the present half minute alone, and says which one another was",
      "Recovery codes have no end; they are each good once.",
    ),
  ],
  "V6.6.1": ["codes by SMS or phone", NO_MESSAGES],
  "V6.6.2": ["codes belong to one request", NO_MESSAGES],
  "V6.6.3": [
    "guessing of codes",
    test(
      SIGN_IN,
      "is not guessed: from wherever, ten wrong codes close it for a while",
      "Of authenticator apps; none is sent.",
    ),
  ],
  "V6.8.1": [
    "users of several providers",
    notApplicable("One identity provider can be configured, and it must call the e-mail address verified."),
  ],
  "V6.8.2": [
    "signatures of assertions",
    test(
      OIDC,
      "believes an ID token only with the provider's signature, issuer, audience, time and this request's nonce",
    ),
  ],
  "V6.8.3": ["SAML assertions are good once", notApplicable("No SAML.")],
  "V6.8.4": [
    "strength of the provider's log-in",
    test(
      OIDC,
      "lets in nobody of whom the ID token says %s, and says why",
      "Where `SAFEGUARD_OIDC_ACR` or `SAFEGUARD_OIDC_AMR` is set; how recent it was is expected nowhere.",
    ),
  ],
  "V7.1.1": ["how long a session lasts, in the docs", document(PEOPLE)],
  "V7.1.2": ["sessions side by side, in the docs", document(PEOPLE)],
  "V7.1.3": ["sessions across systems, in the docs", document(PEOPLE)],
  "V7.2.1": ["tokens are checked by the server", test(SIGN_IN, COOKIE)],
  "V7.2.2": ["sessions have tokens of their own", test(SIGN_IN, COOKIE)],
  "V7.2.3": [
    "tokens are random",
    test(SIGN_IN, COOKIE, "32 random letters and digits, 190 bits, and an HMAC over them."),
  ],
  "V7.2.4": ["a new token with each log-in", test(SIGN_IN, COOKIE)],
  "V7.3.1": ["quiet sessions end", test(SIGN_IN, ENDS)],
  "V7.3.2": ["every session ends", test(SIGN_IN, ENDS)],
  "V7.4.1": ["an ended session is ended", test(SIGN_IN, "is ended by signing out, on the server, too")],
  "V7.4.2": [
    "nothing is left to who is removed",
    test(
      `${SERVER}/test/accounts-apart.test.ts`,
      "may do what its role permits, from the next request on, and nothing once removed",
    ),
  ],
  "V7.4.3": [
    "other sessions can be ended",
    test(
      SIGN_IN,
      "is seen by its person, who can end another one, or all others; nobody else's",
      "A new password ends them unasked.",
    ),
  ],
  "V7.4.4": [
    "log-out is easy to find",
    code("packages/console/src/frame/person-menu.tsx", "In the menu of the person, on every page."),
  ],
  "V7.4.5": [
    "an administrator can end sessions",
    test(SIGN_IN, "is ended by the operator, and permits nothing once its person is removed"),
  ],
  "V7.5.1": [
    "log in again before the credential is changed",
    test(SIGN_IN, "is set up, changed and taken away with the password only"),
  ],
  "V7.5.2": [
    "one's own sessions can be seen",
    test(SIGN_IN, "is seen by its person, who can end another one, or all others; nobody else's"),
  ],
  "V7.6.1": ["sessions and their provider's", document(PEOPLE)],
  "V7.6.2": [
    "no session without being asked for",
    test(OIDC, "takes an answer only in the browser that asked, and once"),
  ],
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
      "Links by which people come in are sealed alike. ID tokens of an identity provider: `sign-in-oidc.test.ts`.",
    ),
  ],
  "V9.1.2": [
    "tokens: one algorithm",
    code(
      `${SERVER}/src/store/create-seal.ts`,
      "AES-256-GCM; the token does not say which. ID tokens: those that the provider's own metadata names.",
    ),
  ],
  "V9.1.3": [
    "tokens: our key alone",
    code(
      `${SERVER}/src/store/create-seal.ts`,
      "The key comes from the master key; the token names none. ID tokens: keys of the configured provider alone.",
    ),
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
