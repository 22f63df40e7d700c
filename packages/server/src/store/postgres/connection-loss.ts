import pg from "pg";

/** SQLSTATE classes and codes that say that the connection, not the statement, is at fault. */
const LOSSES = /^(?:08...|57P0[1-5]|53300)$/;
/** The transaction lost against another; the same again may well succeed. */
const COLLISIONS = /^(?:40001|40P01|55P03)$/;
/** The driver's own words; it has no codes for them. */
const DRIVER = /^(?:Connection terminated|timeout e|Query read timeout|Client (?:has encountered|was closed))/;

/** Is it worth trying again? Undecided is whether what was being done is done. */
export function isTransient(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof pg.DatabaseError) return LOSSES.test(error.code ?? "") || COLLISIONS.test(error.code ?? "");
  // The network's errors have the system's numbers; several, where a name has several addresses.
  return "errno" in error || error instanceof AggregateError || DRIVER.test(error.message);
}
