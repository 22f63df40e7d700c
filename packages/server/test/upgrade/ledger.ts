/** Of data that was written for these tests only. */
export const OLD_MASTER_KEY = "0f".repeat(32);

const PATHS = [
  ...["/v1/accounts", "/v1/keys", "/v1/policies/default", "/v1/policies/default/revisions", "/v1/providers"],
  ...["/v1/routes", "/v1/messages?limit=1000", "/v1/usage"],
];

/** What the API of every version shows of accounts, by account and path. */
export async function ledgerOf(
  url: string,
  operatorToken: string,
  accounts: readonly string[],
): Promise<Readonly<Record<string, unknown>>> {
  const shown: Record<string, unknown> = {};
  for (const account of accounts)
    for (const path of PATHS) {
      const headers = { authorization: `Bearer ${operatorToken}`, "safeguard-account": account };
      const answer = await fetch(url + path, { headers });
      if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
      // The server's own port is another one each time.
      const text = (await answer.text()).replaceAll(`${url}/reports`, "/reports");
      shown[`${account} ${path}`] = JSON.parse(text) as unknown;
    }
  return shown;
}
