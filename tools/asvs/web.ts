import { code, notApplicable, type Rows, test } from "./answer.ts";

const SERVER = "packages/server";
const HEADERS = `${SERVER}/src/security-headers.test.ts`;
const SIGN_IN = `${SERVER}/test/sign-in.test.ts`;
const OIDC = `${SERVER}/test/sign-in-oidc.test.ts`;
const COOKIE = "is a cookie of random bits that no script can read, new each time, and stands in no answer";
const NO_GRAPHQL = notApplicable("No GraphQL.");
const NO_WEBSOCKET = notApplicable("No WebSocket.");

/** V3, V4, V10, V17: browsers, APIs, and what we do not have. */
export const WEB: Rows = {
  "V3.2.1": ["answers are not shown as pages", test(HEADERS, "is for who asked alone, and is nothing to run")],
  "V3.2.2": [
    "text stays text in a page",
    code(
      `${SERVER}/src/alerts/html-text.ts`,
      "Pages without a script escape every text; the console writes texts as text (React), and Trusted Types refuse anything else; the reference of the API shows nothing of a request.",
    ),
  ],
  "V3.3.1": [
    "cookies: Secure",
    test(SIGN_IN, "goes only over TLS, and to this host, where the server is reached by https"),
  ],
  "V3.3.2": [
    "cookies: SameSite",
    test(SIGN_IN, COOKIE, "`Lax`, so that a link to a page of the console works; nothing is changed by a GET."),
  ],
  "V3.3.3": [
    "cookies: __Host-",
    test(SIGN_IN, "goes only over TLS, and to this host, where the server is reached by https"),
  ],
  "V3.3.4": ["cookies: HttpOnly", test(SIGN_IN, COOKIE)],
  "V3.4.1": [
    "HSTS, a year and subdomains",
    test(HEADERS, "says that there is TLS only, where a proxy ends it", "And where the TLS is ours."),
  ],
  "V3.4.2": [
    "CORS",
    test(HEADERS, "is for who asked alone, and is nothing to run", "No other origin may read any answer."),
  ],
  "V3.4.3": [
    "content security policy",
    test(
      `${SERVER}/src/api/routes.test.ts`,
      "the reference page calls nobody but us",
      "The console's, with Trusted Types: its tests in the browser hear of whatever it refuses.",
    ),
  ],
  "V3.4.4": ["nosniff", test(HEADERS, "is for who asked alone, and is nothing to run")],
  "V3.4.5": ["referrer policy", test(HEADERS, "is for who asked alone, and is nothing to run")],
  "V3.4.6": ["frame-ancestors", test(HEADERS, "is for who asked alone, and is nothing to run")],
  "V3.5.1": ["requests that another site makes (CSRF)", test(SIGN_IN, "changes nothing for another site")],
  "V3.5.2": [
    "requests without a preflight",
    test(SIGN_IN, "changes nothing for another site", "A header of our own is asked for, which brings the preflight."),
  ],
  "V3.5.3": [
    "what changes something is no GET",
    test(
      `${SERVER}/src/gateway/inbound/cm/gateway-route.test.ts`,
      "is off: it says what it would say of an unknown token",
      "The one exception, sending by GET as old CM.com clients do, is off unless an account turns it on.",
    ),
  ],
  "V3.5.4": ["one application to a host name", notApplicable("Safeguard is one application; its name is yours.")],
  "V3.5.5": ["postMessage", notApplicable("No page of ours listens to messages.")],
  "V3.7.1": ["no plug-ins of the past", notApplicable("HTML, CSS and JavaScript alone.")],
  "V3.7.2": [
    "redirects to elsewhere",
    test(OIDC, "leads to pages of ours alone", "Besides it, redirects lead to our own `/docs/` only."),
  ],
  "V4.1.1": [
    "Content-Type and charset",
    code(
      `${SERVER}/src/api/problem.ts`,
      "JSON by its media type, which is UTF-8; texts, XML and pages say the charset.",
    ),
  ],
  "V4.1.2": [
    "no redirect from HTTP to HTTPS",
    code(`${SERVER}/src/listener.ts`, "One port, with TLS or without; nobody is redirected."),
  ],
  "V4.1.3": [
    "headers of proxies",
    test(
      `${SERVER}/src/api/client-address.test.ts`,
      "whatever the client writes, the address that our proxy saw is the answer",
    ),
  ],
  "V4.2.1": [
    "where a request ends (smuggling)",
    test(`${SERVER}/src/listener.test.ts`, "what is no request", "And `npm run test:fuzz`."),
  ],
  "V4.3.1": ["GraphQL: cost", NO_GRAPHQL],
  "V4.3.2": ["GraphQL: introspection", NO_GRAPHQL],
  "V4.4.1": ["WebSocket: TLS", NO_WEBSOCKET],
  "V4.4.2": ["WebSocket: origin", NO_WEBSOCKET],
  "V4.4.3": ["WebSocket: tokens", NO_WEBSOCKET],
  "V4.4.4": ["WebSocket: tokens from the session", NO_WEBSOCKET],
};

const ID_TOKEN =
  "believes an ID token only with the provider's signature, issuer, audience, time and this request's nonce";
const NO_OAUTH = notApplicable(
  "Safeguard is a client of OpenID Connect alone: it is no server of it, and takes no tokens.",
);
const NO_WEBRTC = notApplicable("No WebRTC.");

export const ABSENT: Rows = {
  "V10.1.1": [
    "tokens go only where they are needed",
    code(
      `${SERVER}/src/sign-in/library-routes.ts`,
      "Tokens of the identity provider stay on the server; the browser has a session.",
    ),
  ],
  "V10.1.2": [
    "answers belong to the flow that was begun",
    test(OIDC, "takes an answer only in the browser that asked, and once"),
  ],
  "V10.2.1": [
    "client: CSRF in the code flow",
    test(OIDC, "takes an answer only in the browser that asked, and once", "PKCE and `state`."),
  ],
  "V10.2.2": ["client: mix-up of servers", notApplicable("One identity provider can be configured.")],
  "V10.3.1": ["resource server: audience", NO_OAUTH],
  "V10.3.2": ["resource server: claims decide", NO_OAUTH],
  "V10.3.3": ["resource server: who the user is", NO_OAUTH],
  "V10.3.4": ["resource server: strength of the log-in", NO_OAUTH],
  "V10.4.1": ["server: redirect addresses", NO_OAUTH],
  "V10.4.2": ["server: codes are good once", NO_OAUTH],
  "V10.4.3": ["server: codes are short-lived", NO_OAUTH],
  "V10.4.4": ["server: grants that a client needs", NO_OAUTH],
  "V10.4.5": ["server: refresh tokens used again", NO_OAUTH],
  "V10.4.6": ["server: PKCE", NO_OAUTH],
  "V10.4.7": ["server: clients that register themselves", NO_OAUTH],
  "V10.4.8": ["server: refresh tokens expire", NO_OAUTH],
  "V10.4.9": ["server: tokens can be revoked", NO_OAUTH],
  "V10.4.10": ["server: confidential clients prove themselves", NO_OAUTH],
  "V10.4.11": ["server: scopes that a client needs", NO_OAUTH],
  "V10.5.1": ["OIDC client: ID tokens used again", test(OIDC, ID_TOKEN)],
  "V10.5.2": [
    "OIDC client: who the user is",
    code(
      `${SERVER}/src/sign-in/sign-in.ts`,
      "A login belongs to the provider's `sub`; rights go by its verified e-mail address.",
    ),
  ],
  "V10.5.3": [
    "OIDC client: the issuer is the one expected",
    test(OIDC, "let nobody in, are not used, and are logged", "Of metadata that name another issuer."),
  ],
  "V10.5.4": ["OIDC client: audience", test(OIDC, ID_TOKEN)],
  "V10.5.5": ["OIDC client: log-out by the back channel", notApplicable("Log-out by the back channel is not offered.")],
  "V10.6.1": ["OIDC provider: response modes", NO_OAUTH],
  "V10.6.2": ["OIDC provider: forced log-out", NO_OAUTH],
  "V10.7.1": ["consent is asked for", NO_OAUTH],
  "V10.7.2": ["consent says to what", NO_OAUTH],
  "V10.7.3": ["consent can be taken back", NO_OAUTH],
  "V17.1.1": ["TURN: special addresses", NO_WEBRTC],
  "V17.2.1": ["media: key of the certificate", NO_WEBRTC],
  "V17.2.2": ["media: cipher suites", NO_WEBRTC],
  "V17.2.3": ["media: authentication of packets", NO_WEBRTC],
  "V17.2.4": ["media: malformed packets", NO_WEBRTC],
  "V17.3.1": ["signalling: floods", NO_WEBRTC],
  "V17.3.2": ["signalling: malformed messages", NO_WEBRTC],
};
