/** Runs one piece of work after the other, so that what was read is still so when it is written. */
export type Serially = <T>(work: () => Promise<T>) => Promise<T>;

export function createSerially(): Serially {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const run = last.then(work);
    last = run.catch(() => undefined);
    return run;
  };
}
