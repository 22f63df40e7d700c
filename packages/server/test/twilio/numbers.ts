/** The recipients of these tests: the Netherlands are business, the Maldives are blocked. */
export const NUMBERS = {
  allowed: "+31612345678",
  second: "+31687654321",
  blocked: "+9607712345",
  /** The provider answers 429. */
  throttled: "+31612340429",
} as const;
