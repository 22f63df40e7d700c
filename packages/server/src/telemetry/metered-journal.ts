import type { Journal } from "../store/journal.ts";
import type { Metrics } from "./metrics.ts";

/** The journal, with its groups measured: what is appended to one group shares one promise. */
export function meteredJournal(journal: Journal, metrics: Metrics): Journal {
  let group: Promise<void> | undefined;
  let records = 0;
  return {
    upcomingId: (offset) => journal.upcomingId(offset),
    append(appended) {
      const durable = journal.append(appended);
      metrics.count("safeguard_journal_records_total", {}, appended.length);
      if (durable === group) {
        records += appended.length;
        return durable;
      }
      if (records > 0) metrics.observe("safeguard_journal_group_records", {}, records);
      group = durable;
      records = appended.length;
      const began = performance.now();
      durable.then(
        () => metrics.observe("safeguard_journal_wait_seconds", {}, (performance.now() - began) / 1000),
        () => metrics.set("safeguard_journal_writable", {}, 0),
      );
      return durable;
    },
    get writable() {
      return journal.writable;
    },
    get lastSequence() {
      return journal.lastSequence;
    },
    settled: () => journal.settled(),
    read: (fromSequence) => journal.read(fromSequence),
    follow: (fromSequence, signal) => journal.follow(fromSequence, signal),
  };
}
