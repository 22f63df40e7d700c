/** The clock moved by so much against the machine's own counter: somebody set it, or the machine slept. */
const MOVED_MS = 5_000;
/** So long a move is said. */
const SAID_FOR_MS = 5 * 60_000;
const LOOK_MS = 1_000;

export interface ClockWatch {
  /** Looks at both clocks. */
  look(): void;
  /** It is behind where it was, or moved a moment ago. By the machine's own counter. */
  moved(): boolean;
  start(): void;
  stop(): void;
}

/** Watches the time of day against a counter that only goes ahead (`counter`, milliseconds). */
export function createClockWatch(
  wall: () => number = Date.now,
  counter: () => number = () => performance.now(),
): ClockWatch {
  let offset = wall() - counter();
  let latest = wall();
  let movedAt: number | undefined;
  let timer: NodeJS.Timeout | undefined;
  const look = (): void => {
    const now = wall();
    const drift = now - counter() - offset;
    // (small ones are corrections, and a clock's ordinary life)
    if (Math.abs(drift) >= MOVED_MS) movedAt = counter();
    offset += drift;
    latest = Math.max(latest, now);
  };
  return {
    look,
    moved: () => wall() < latest - MOVED_MS || (movedAt !== undefined && counter() - movedAt < SAID_FOR_MS),
    start() {
      timer = setInterval(look, LOOK_MS).unref();
    },
    stop() {
      clearInterval(timer);
    },
  };
}
