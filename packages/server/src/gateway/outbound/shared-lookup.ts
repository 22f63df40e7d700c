import { type LookupAddress, lookup as systemLookup } from "node:dns";
import type { LookupFunction } from "node:net";

export type ResolveName = (
  hostname: string,
  callback: (error: NodeJS.ErrnoException | null, addresses: readonly LookupAddress[]) => void,
) => void;

/**
 * Asks for one name once at a time: whoever wants it meanwhile gets the same answer. The system's resolver has four threads,
 * and one name whose server does not answer would hold all of them, and with them every other name. Nothing is kept.
 */
export function shareQuestions(resolve: ResolveName): ResolveName {
  const asked = new Map<string, Parameters<ResolveName>[1][]>();
  return (hostname, callback) => {
    const waiting = asked.get(hostname);
    if (waiting !== undefined) {
      waiting.push(callback);
      return;
    }
    const callbacks = [callback];
    asked.set(hostname, callbacks);
    resolve(hostname, (error, addresses) => {
      asked.delete(hostname);
      for (const answer of callbacks) answer(error, addresses);
    });
  };
}

/** All addresses of a name, by the system's resolver. */
export const resolveName: ResolveName = shareQuestions((hostname, callback) => {
  systemLookup(hostname, { all: true }, callback);
});

/** For `connect.lookup`. */
export const sharedLookup: LookupFunction = (hostname, options, callback) => {
  resolveName(hostname, (error, addresses) => {
    const [first] = addresses ?? [];
    if (error !== null || first === undefined) callback(error ?? new Error(`${hostname} has no address`), []);
    else if (options.all === true) callback(null, [...addresses]);
    else callback(null, first.address, first.family);
  });
};
