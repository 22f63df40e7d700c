import type { Scope } from "../detectors/evidence.ts";
import { BLOCK_LEVELS, blockKey } from "../signals/block-table.ts";
import { keyOfScope, scopeOfBlock } from "./scope-key.ts";

/** What a false alarm taught: the range is let be until then. */
export interface Lesson {
  readonly incident: number;
  readonly until: number;
}

/** Ranges that false alarms taught to let be. Can be seen and undone. */
export class Lessons {
  readonly #lessons: Map<number, Lesson> = new Map();

  /** New blocks of a destination are no range: they teach nothing. */
  learn(scope: Scope, lesson: Lesson): void {
    if (scope.type === "block") this.#lessons.set(keyOfScope(scope), lesson);
  }

  undo(incident: number): void {
    for (const [key, lesson] of this.#lessons) if (lesson.incident === incident) this.#lessons.delete(key);
  }

  /** Is the number in a range that is let be? Then no block around it is suspected for it. */
  covers(line: number, at: number): boolean {
    if (this.#lessons.size === 0) return false;
    for (let level = 0; level < BLOCK_LEVELS; level++) {
      if ((this.#lessons.get(blockKey(line, level))?.until ?? 0) > at) return true;
    }
    return false;
  }

  list(): readonly (Lesson & { readonly scope: Scope })[] {
    return [...this.#lessons].map(([key, lesson]) => ({ scope: scopeOfBlock(key), ...lesson }));
  }

  snapshot(): LessonsSnapshot {
    return [...this.#lessons];
  }

  static restore(snapshot: LessonsSnapshot): Lessons {
    const lessons = new Lessons();
    for (const [key, lesson] of snapshot) lessons.#lessons.set(key, lesson);
    return lessons;
  }
}

export type LessonsSnapshot = readonly (readonly [number, Lesson])[];
