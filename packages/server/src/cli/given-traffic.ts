import type { ColumnMapping } from "../backtest/traffic-file/recognise-format.ts";

/** What decides how a traffic file is read, and by which policy it is judged. */
export interface TrafficFlags {
  readonly policy?: string;
  readonly preset?: string;
  readonly budget?: number;
  readonly columns?: ColumnMapping;
  readonly offset?: number;
}

/** The file and these flags as a shell takes them, to be given again: `'my file.csv'`, `--offset +02:00`. */
export function givenTraffic(
  file: string,
  { policy, preset, budget, columns, offset }: TrafficFlags,
): readonly string[] {
  const pairs = Object.entries(columns ?? {}).map(([column, name]) => `${column}=${name}`);
  return [
    shellPath(file),
    ...(policy === undefined ? [] : [`--policy ${shellPath(policy)}`]),
    ...(preset === undefined ? [] : [`--preset ${preset}`]),
    ...(budget === undefined ? [] : [`--budget ${budget}`]),
    ...(pairs.length === 0 ? [] : [`--columns ${shellWord(pairs.join(","), "COLUMNS")}`]),
    ...(offset === undefined ? [] : [`--offset ${offsetWord(offset)}`]),
  ];
}

/** A name that begins with a dash would be taken for a flag. */
function shellPath(path: string): string {
  return shellWord(path.length > 1 && path.startsWith("-") ? `./${path}` : path, "FILE");
}

/** One word of a shell; `otherwise` where it has what cannot be typed. */
function shellWord(text: string, otherwise: string): string {
  if (/^[\w./:=,@%+-]+$/.test(text)) return text;
  if (text === "" || /\p{C}/u.test(text)) return otherwise;
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** As `--offset` is written, for minutes east of UTC. */
function offsetWord(minutes: number): string {
  if (minutes === 0) return "Z";
  const east = Math.abs(minutes);
  const two = (value: number): string => String(value).padStart(2, "0");
  return `${minutes < 0 ? "-" : "+"}${two(Math.floor(east / 60))}:${two(east % 60)}`;
}
