import type { Scope } from "../detectors/evidence.ts";
import type { Destination } from "../numbering/e164.ts";
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
  /** Destinations whose new blocks, all together, are let be. */
  readonly #newBlocks: Map<Destination, NewBlocksLesson> = new Map();

  /** New blocks are let be in the whole destination, whatever their size: they are no range. Each block is looked at as before. */
  learn(scope: Scope, lesson: Lesson): void {
    if (scope.type === "block") this.#lessons.set(keyOfScope(scope), lesson);
    else this.#newBlocks.set(scope.destination, { ...lesson, size: scope.size });
  }

  undo(incident: number): void {
    for (const [key, lesson] of this.#lessons) if (lesson.incident === incident) this.#lessons.delete(key);
    for (const [key, lesson] of this.#newBlocks) if (lesson.incident === incident) this.#newBlocks.delete(key);
  }

  /** Are the new blocks of the destination let be? */
  coversNewBlocks(destination: Destination, at: number): boolean {
    return this.#newBlocks.size > 0 && (this.#newBlocks.get(destination)?.until ?? 0) > at;
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
    return [
      ...[...this.#lessons].map(([key, lesson]) => ({ scope: scopeOfBlock(key), ...lesson })),
      ...[...this.#newBlocks].map(([destination, { size, ...lesson }]) => ({
        scope: { type: "new_blocks", destination, size } as const,
        ...lesson,
      })),
    ];
  }

  snapshot(): LessonsSnapshot {
    return [...this.#lessons, ...this.#newBlocks];
  }

  static restore(snapshot: LessonsSnapshot): Lessons {
    const lessons = new Lessons();
    for (const [key, lesson] of snapshot) {
      if (typeof key === "number") lessons.#lessons.set(key, lesson);
      else if ("size" in lesson) lessons.#newBlocks.set(key, lesson);
    }
    return lessons;
  }
}

interface NewBlocksLesson extends Lesson {
  readonly size: Extract<Scope, { readonly type: "new_blocks" }>["size"];
}

export type LessonsSnapshot = readonly (readonly [number, Lesson] | readonly [Destination, NewBlocksLesson])[];
