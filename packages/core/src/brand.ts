declare const brand: unique symbol;

/** A primitive that only its parser makes: `Brand<string, "E164">` is a string, but no string is one by accident. */
export type Brand<T, Name extends string> = T & { readonly [brand]: Name };

/** A point in time, in milliseconds since 1970-01-01T00:00:00Z. The core never reads a clock: time comes with the event. */
export type EpochMilliseconds = Brand<number, "EpochMilliseconds">;

/** A length of time in milliseconds. */
export type Milliseconds = Brand<number, "Milliseconds">;

/** Identifies an account (tenant): `acc_` and 20 lower-case letters and digits. */
export type AccountId = Brand<string, "AccountId">;
