const TWO_32 = 4_294_967_296;

/** A well mixed 32-bit hash of a non-negative whole number below 2^53. */
export function hashKey(key: number): number {
  const high = Math.floor(key / TWO_32);
  let hash = Math.imul((key - high * TWO_32) | 0, 0x9e3779b1) ^ Math.imul(high, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return (hash ^ (hash >>> 13)) >>> 0;
}

/** A 32-bit hash of a text (FNV-1a over its UTF-16 units); never 0, which stands for no text. */
export function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash >>> 0 || 1;
}
