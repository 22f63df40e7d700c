import { Text, type TextProps, Tooltip } from "@mantine/core";
import { useInterval } from "@mantine/hooks";
import { useState } from "react";
import { useFormat } from "./format.ts";

/** How long ago, or in how long; the time itself when pointed at or focused, and on paper. */
export function RelativeTime({ at, ...props }: { readonly at: string } & TextProps) {
  const { since, instant } = useFormat();
  const [now, setNow] = useState(Date.now());
  useInterval(() => setNow(Date.now()), 5_000, { autoInvoke: true });
  return (
    <Tooltip label={instant(at)} events={{ hover: true, focus: true, touch: true }}>
      <Text component="time" span dateTime={at} tabIndex={0} inherit {...props}>
        <span className="no-print">{since(at, now)}</span>
        <span className="print-only">{instant(at)}</span>
      </Text>
    </Tooltip>
  );
}
