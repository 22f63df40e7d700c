import { closeSync, openSync, writeSync } from "node:fs";

const CHUNK = 1 << 20;

/** A text file that is written line by line, a megabyte at a time. */
export class LineFile {
  readonly #file: number;
  #waiting = "";

  constructor(path: string, header: string) {
    this.#file = openSync(path, "w");
    this.write(header);
  }

  write(line: string): void {
    this.#waiting += `${line}\n`;
    if (this.#waiting.length > CHUNK) this.#flush();
  }

  close(): void {
    this.#flush();
    closeSync(this.#file);
  }

  #flush(): void {
    const bytes = Buffer.from(this.#waiting);
    for (let at = 0; at < bytes.length; ) at += writeSync(this.#file, bytes, at);
    this.#waiting = "";
  }
}
