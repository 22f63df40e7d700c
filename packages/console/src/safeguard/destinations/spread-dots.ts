export interface Spot {
  readonly x: number;
  readonly y: number;
}

const ROUNDS = 60;

/** Moves spots apart, each as little as it must, until none is nearer to another than `distance`; as far as that can be. */
export function spreadDots<S extends Spot>(spots: readonly S[], distance: number): readonly S[] {
  const moved = spots.map((spot) => ({ ...spot }));
  for (let round = 0; round < ROUNDS; round++) {
    let isQuiet = true;
    for (const [index, one] of moved.entries()) {
      for (const other of moved.slice(index + 1)) {
        const [dx, dy] = [other.x - one.x, other.y - one.y];
        const apart = Math.hypot(dx, dy);
        if (apart >= distance) continue;
        isQuiet = false;
        // (two at the very same spot part sideways)
        const [ux, uy] = apart === 0 ? [1, 0] : [dx / apart, dy / apart];
        const push = (distance - apart) / 2 + 0.01;
        Object.assign(one, { x: one.x - ux * push, y: one.y - uy * push });
        Object.assign(other, { x: other.x + ux * push, y: other.y + uy * push });
      }
    }
    if (isQuiet) break;
  }
  return moved;
}
