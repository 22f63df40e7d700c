import type { TlsOptions } from "node:tls";

/** All with forward secrecy and authenticated encryption, the strongest first; the first three are those of TLS 1.3. */
const CIPHERS = [
  "TLS_AES_256_GCM_SHA384",
  "TLS_CHACHA20_POLY1305_SHA256",
  "TLS_AES_128_GCM_SHA256",
  "ECDHE-ECDSA-AES256-GCM-SHA384",
  "ECDHE-RSA-AES256-GCM-SHA384",
  "ECDHE-ECDSA-CHACHA20-POLY1305",
  "ECDHE-RSA-CHACHA20-POLY1305",
  "ECDHE-ECDSA-AES128-GCM-SHA256",
  "ECDHE-RSA-AES128-GCM-SHA256",
];

/** What our own TLS takes, said here, so that no option of the process loosens it. */
export const TLS_VERSIONS: Pick<TlsOptions, "minVersion" | "ciphers" | "honorCipherOrder"> = {
  minVersion: "TLSv1.2",
  ciphers: CIPHERS.join(":"),
  honorCipherOrder: true,
};
