import { Text, type TextProps, Tooltip } from "@mantine/core";
import { useRef, useState } from "react";
import { useFormat } from "./format.ts";
import { useNow } from "./use-now.ts";

/** How long ago, or in how long; the time itself when pointed at or focused, and on paper. */
export function RelativeTime({ at, ...props }: { readonly at: string } & TextProps) {
  const { since, instant } = useFormat();
  const clock = useNow();
  // (what has happened since the clock's last step is not to come)
  const now = Date.parse(at) > clock ? Date.now() : clock;
  const time = useRef<HTMLTimeElement>(null);
  // (there only from when it is wanted: a list has hundreds of times)
  const [isWanted, setWanted] = useState(false);
  const want = (): void => setWanted(true);
  return (
    <>
      <Text
        component="time"
        span
        ref={time}
        dateTime={at}
        tabIndex={0}
        inherit
        onPointerEnter={want}
        onFocus={want}
        onPointerLeave={() => setWanted(false)}
        onBlur={() => setWanted(false)}
        {...props}
      >
        <span className="no-print">{since(at, now)}</span>
        <span className="print-only">{instant(at)}</span>
      </Text>
      {isWanted && <Tooltip target={time} label={instant(at)} opened />}
    </>
  );
}
