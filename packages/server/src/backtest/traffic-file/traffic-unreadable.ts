/** Why a whole file cannot be read, as opposed to single rows of it. */
export type TrafficFault =
  | "not_found"
  | "not_allowed"
  | "directory"
  | "empty"
  | "not_csv"
  | "gzip_truncated"
  | "gzip_corrupt"
  | "unpacked_too_large"
  | "header_too_long"
  | "column_missing"
  | "column_twice"
  | "column_unknown"
  | "scratch_failed"
  | "read_failed";

/** The file as a whole is of no use; the message says what is wrong and what would be right. */
export class TrafficUnreadable extends Error {
  override readonly name = "TrafficUnreadable";
  readonly code: TrafficFault;

  constructor(code: TrafficFault, message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}
