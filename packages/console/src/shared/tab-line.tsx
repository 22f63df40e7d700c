import { Tabs } from "@mantine/core";
import { type ReactNode, useEffect, useRef } from "react";

/** Tabs in one line, of which the chosen one is in sight: on a phone the line is longer than the screen. */
export function TabLine({ chosen, children }: { readonly chosen: string; readonly children: ReactNode }) {
  const line = useRef<HTMLDivElement>(null);
  useEffect(() => {
    line.current?.querySelector(`[id$="-tab-${chosen}"]`)?.scrollIntoView({ inline: "center", block: "nearest" });
  }, [chosen]);
  return (
    <Tabs.List mb="md" ref={line}>
      {children}
    </Tabs.List>
  );
}
