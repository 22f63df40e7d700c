/** Where a PostgreSQL database is, and as whom it is used. */
export interface DatabaseAddress {
  /** A host name or address; with a leading slash: the folder of a Unix socket. */
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** Undefined: the server asks for none (a socket, a client certificate on the way there). */
  readonly password: string | undefined;
  readonly database: string;
  /** `verify`: encrypted, and the server proves with its certificate that it is the host. `off`: in the clear. */
  readonly tls: "verify" | "off";
  /** Certificates (PEM) that the server's must be signed by; undefined: those that Node trusts. */
  readonly authority: string | undefined;
  /** By which the database knows us, instead of a password or besides (PEM); absent: none. */
  readonly client?: { readonly certificate: string; readonly key: string };
}

/** For people: without user and password. */
export function addressText({ host, port, database }: DatabaseAddress): string {
  return host.startsWith("/")
    ? `${database} at ${host}`
    : `${database} at ${host.includes(":") ? `[${host}]` : host}:${port}`;
}
