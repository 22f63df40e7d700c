import { code, NO_SESSION, notApplicable, type Rows, test } from "./answer.ts";

const SERVER = "packages/server";
const HEADERS = `${SERVER}/src/security-headers.test.ts`;
const NO_GRAPHQL = notApplicable("No GraphQL.");
const NO_WEBSOCKET = notApplicable("No WebSocket.");

/** V3, V4, V10, V17: browsers, APIs, and what we do not have. */
export const WEB: Rows = {
  "V3.2.1": ["answers are not shown as pages", test(HEADERS, "is for who asked alone, and is nothing to run")],
  "V3.2.2": [
    "text stays text in a page",
    code(
      `${SERVER}/src/alerts/html-text.ts`,
      "Pages of ours have no script, and every text in them is escaped; the reference of the API shows nothing of a request.",
    ),
  ],
  "V3.3.1": ["cookies: Secure", NO_SESSION],
  "V3.3.2": ["cookies: SameSite", NO_SESSION],
  "V3.3.3": ["cookies: __Host-", NO_SESSION],
  "V3.3.4": ["cookies: HttpOnly", NO_SESSION],
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
    test(`${SERVER}/src/api/routes.test.ts`, "the reference page calls nobody but us"),
  ],
  "V3.4.4": ["nosniff", test(HEADERS, "is for who asked alone, and is nothing to run")],
  "V3.4.5": ["referrer policy", test(HEADERS, "is for who asked alone, and is nothing to run")],
  "V3.4.6": ["frame-ancestors", test(HEADERS, "is for who asked alone, and is nothing to run")],
  "V3.5.1": ["requests that another site makes (CSRF)", NO_SESSION],
  "V3.5.2": ["requests without a preflight", NO_SESSION],
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
    code(`${SERVER}/src/api/reference-page.ts`, "The only redirects lead to our own `/docs/`."),
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

const NO_OAUTH = notApplicable("No OAuth: neither client nor server of it.");
const NO_WEBRTC = notApplicable("No WebRTC.");

export const ABSENT: Rows = {
  "V10.1.1": ["tokens go only where they are needed", NO_OAUTH],
  "V10.1.2": ["answers belong to the flow that was begun", NO_OAUTH],
  "V10.2.1": ["client: CSRF in the code flow", NO_OAUTH],
  "V10.2.2": ["client: mix-up of servers", NO_OAUTH],
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
  "V10.5.1": ["OIDC client: ID tokens used again", NO_OAUTH],
  "V10.5.2": ["OIDC client: who the user is", NO_OAUTH],
  "V10.5.3": ["OIDC client: the issuer is the one expected", NO_OAUTH],
  "V10.5.4": ["OIDC client: audience", NO_OAUTH],
  "V10.5.5": ["OIDC client: log-out by the back channel", NO_OAUTH],
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
