import type { Config } from "./config.ts";
import { ConfigurationInvalid } from "./environment.ts";

const WHY = "and SAFEGUARD_REQUIRE_TLS is on";

/** What would be talked to in the clear, by these settings; each as a problem of the configuration. */
export function clearWires(
  config: Pick<Config, "database" | "mail" | "oidc" | "publicUrl" | "leakedPasswordsUrl">,
): readonly string[] {
  const { database, mail, oidc, publicUrl, leakedPasswordsUrl } = config;
  // (a socket in the file system is no wire)
  const isClear = database !== undefined && database.address.tls === "off" && !database.address.host.startsWith("/");
  return [
    ...(isClear ? [`the database is talked to in the clear, ${WHY}; set SAFEGUARD_DATABASE_TLS=verify`] : []),
    ...(mail?.tls === "off" ? [`SAFEGUARD_SMTP_TLS is off, ${WHY}; use starttls or implicit`] : []),
    ...(isHttp(oidc?.issuer) ? [`SAFEGUARD_OIDC_ISSUER begins with http://, ${WHY}; it must begin with https://`] : []),
    ...(isHttp(leakedPasswordsUrl)
      ? [`SAFEGUARD_LEAKED_PASSWORDS_URL begins with http://, ${WHY}; it must begin with https://`]
      : []),
    ...(isHttp(publicUrl) ? [`SAFEGUARD_PUBLIC_URL begins with http://, ${WHY}; it must begin with https://`] : []),
  ];
}

/** Before it listens: keys must not travel in the clear where that was said. */
export function refuseClearListening({ requireTls, tls, trustedProxies }: Config): void {
  if (!requireTls || tls !== undefined || trustedProxies.length > 0) return;
  throw new ConfigurationInvalid([
    `it would listen in the clear, ${WHY}: set SAFEGUARD_TLS_CERT and SAFEGUARD_TLS_KEY, or SAFEGUARD_TRUSTED_PROXIES when a reverse proxy ends TLS`,
  ]);
}

function isHttp(url: string | undefined): boolean {
  return url?.startsWith("http://") === true;
}
