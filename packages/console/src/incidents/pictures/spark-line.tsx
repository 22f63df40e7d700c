import "./pictures.css";

/** Attempts over an incident's time, small; the words are beside it. */
export function SparkLine({ counts, label }: { readonly counts: readonly number[]; readonly label: string }) {
  const [width, height] = [96, 24];
  const most = Math.max(1, ...counts);
  const column = Math.min(width / Math.max(1, counts.length), 8);
  return (
    <span className="picture">
      <svg width={width} height={height} role="img" aria-label={label}>
        <line className="axis" x1="0" x2={width} y1={height - 0.5} y2={height - 0.5} />
        {counts.map((count, index) => (
          <rect
            // biome-ignore lint/suspicious/noArrayIndexKey: a column is its place
            key={index}
            className="leaked"
            x={index * column}
            width={Math.max(1, column - 1)}
            y={height - (count / most) * height}
            height={(count / most) * height}
          />
        ))}
      </svg>
    </span>
  );
}
