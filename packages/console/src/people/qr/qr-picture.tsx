import { qrCodeOf } from "./qr-code.ts";

/** So many modules around it are light, so that readers find it. */
const QUIET = 4;

/** A text for a phone's camera: dark on light in both themes, as readers expect it. */
export function QrPicture({ text, label }: { readonly text: string; readonly label: string }) {
  const modules = qrCodeOf(text);
  const size = modules.length + 2 * QUIET;
  const path = modules
    .flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x + QUIET} ${y + QUIET}h1v1h-1z`] : [])))
    .join("");
  return (
    <svg
      viewBox={`0 0 ${size} ${size}`}
      width={220}
      height={220}
      role="img"
      aria-label={label}
      shapeRendering="crispEdges"
    >
      <rect width={size} height={size} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}
