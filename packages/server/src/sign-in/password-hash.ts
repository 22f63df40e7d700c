import { type Argon2Parameters, argon2, randomBytes, timingSafeEqual } from "node:crypto";

/** OWASP's least for argon2id: 19 MiB, two passes, one lane. Written into each hash, so that they can be raised. */
const MEMORY_KIB = 19_456;
const PASSES = 2;
const TAG_BYTES = 32;
const SALT_BYTES = 16;

/** A password as argon2id, in the PHC string format: `$argon2id$v=19$m=…,t=…,p=1$salt$hash`. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const hash = await derive(password, salt, MEMORY_KIB, PASSES);
  return `$argon2id$v=19$m=${MEMORY_KIB},t=${PASSES},p=1$${base64(salt)}$${base64(hash)}`;
}

/** Is this the password? False for whatever is no hash of ours. */
export async function verifyPassword(hash: string, password: string): Promise<boolean> {
  const match = /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,2}),p=1\$([A-Za-z0-9+/]{22})\$([A-Za-z0-9+/]{43})$/.exec(hash);
  if (match === null) return false;
  const [, memory, passes, salt = "", expected = ""] = match;
  const found = await derive(password, Buffer.from(salt, "base64"), Number(memory), Number(passes));
  return timingSafeEqual(found, Buffer.from(expected, "base64"));
}

function derive(password: string, nonce: Buffer, memory: number, passes: number): Promise<Buffer> {
  const parameters: Argon2Parameters = {
    // The same letters, whichever way a keyboard writes them (NIST SP 800-63B).
    message: password.normalize("NFKC"),
    nonce,
    parallelism: 1,
    tagLength: TAG_BYTES,
    memory,
    passes,
  };
  return new Promise((resolve, reject) => {
    argon2("argon2id", parameters, (error, key) => (error === null ? resolve(key) : reject(error)));
  });
}

function base64(bytes: Buffer): string {
  return bytes.toString("base64").replace(/=+$/, "");
}
