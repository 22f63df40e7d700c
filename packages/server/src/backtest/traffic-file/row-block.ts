/** A time or an amount of a row: its place among the row's {@link RowBlock.values}. NaN where the row has none. */
export const VALUE = { time: 0, deliveredAt: 1, convertedAt: 2, attempts: 3, priceMicros: 4 } as const;
/** How many values a row has. */
export const VALUES = 5;

/**
 * The row's place in the file, its purpose, and where its texts begin and, one further, end: its place among the row's
 * {@link RowBlock.places}. Beginning and end are equal where there is no text.
 */
export const PLACE = {
  ...{ position: 0, number: 1, line: 2, purpose: 3 },
  ...{ id: 4, account: 6, to: 8, from: 10, ip: 12, device: 14, currency: 16 },
} as const;
/** How many places a row has. */
export const PLACES = 18;

/** A piece of a file, and what was read of the rows in it: numbers alone, so that it goes to another thread as it is. */
export interface RowBlock {
  readonly bytes: Buffer;
  readonly count: number;
  /** {@link VALUES} a row. */
  readonly values: Float64Array;
  /** {@link PLACES} a row. */
  readonly places: Uint32Array;
}

/** Takes rows in, one after another, until they are taken out as a block. */
export class RowBlockWriter {
  count = 0;
  #values: Float64Array = new Float64Array(FIRST_ROWS * VALUES);
  #places: Uint32Array = new Uint32Array(FIRST_ROWS * PLACES);

  /** Begins a row. */
  begin(): void {
    if ((this.count + 1) * VALUES > this.#values.length) this.#grow();
    this.count += 1;
  }

  /** A value of the row that was begun last; undefined: it has none. */
  setValue(which: number, value: number | undefined): void {
    this.#values[(this.count - 1) * VALUES + which] = value ?? Number.NaN;
  }

  setPlace(which: number, place: number): void {
    this.#places[(this.count - 1) * PLACES + which] = place;
  }

  /** What was written, about texts in these bytes; the next row begins another block. */
  take(bytes: Buffer): RowBlock {
    const { count } = this;
    this.count = 0;
    const values = this.#values.slice(0, count * VALUES);
    return { bytes, count, values, places: this.#places.slice(0, count * PLACES) };
  }

  #grow(): void {
    const [values, places] = [this.#values, this.#places];
    this.#values = new Float64Array(2 * values.length);
    this.#values.set(values);
    this.#places = new Uint32Array(2 * places.length);
    this.#places.set(places);
  }
}

const FIRST_ROWS = 4096;
