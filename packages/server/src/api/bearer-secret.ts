/** The secret of `Authorization: Bearer …`; undefined when there is none. The scheme's case does not matter (RFC 9110). */
export function bearerSecret(authorization: string | undefined): string | undefined {
  if (authorization === undefined || authorization.length < 8 || authorization.charCodeAt(6) !== 32) return undefined;
  const scheme = authorization.slice(0, 6);
  if (scheme !== "Bearer" && scheme.toLowerCase() !== "bearer") return undefined;
  return authorization.slice(7).trim();
}
