import { Button, Kbd } from "@mantine/core";
import { useHotkeys, useWindowEvent } from "@mantine/hooks";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";

const PaletteWindow = lazy(async () => ({ default: (await import("./palette-window.tsx")).PaletteWindow }));
const KeyboardHelp = lazy(async () => ({ default: (await import("./keyboard-help.tsx")).KeyboardHelp }));

/** Ctrl+K: every page and destination by name. `?`: what the keyboard does. Both are loaded when they are wanted. */
export function Palette() {
  const { t } = useTranslation();
  const [isWanted, setIsWanted] = useState(false);
  const [isHelping, setIsHelping] = useState(false);
  const open = async () => {
    setIsWanted(true);
    (await import("./palette-window.tsx")).openPalette();
  };
  useHotkeys([["mod+K", () => void open()]], []);
  useWindowEvent("keydown", ({ key, target, ctrlKey, metaKey, altKey }) => {
    const isTyping = target instanceof HTMLElement && target.closest("input, textarea, select, [contenteditable]");
    if (key === "?" && !isTyping && !ctrlKey && !metaKey && !altKey) setIsHelping(true);
  });
  return (
    <>
      <Button
        variant="default"
        size="compact-md"
        visibleFrom="sm"
        fw={400}
        c="dimmed"
        aria-keyshortcuts="Control+K"
        rightSection={<Kbd size="xs">{isMac() ? "⌘ K" : "Ctrl K"}</Kbd>}
        onClick={() => void open()}
      >
        {t("palette.open")}
      </Button>
      <Suspense>
        {isWanted && <PaletteWindow onHelp={() => setIsHelping(true)} />}
        {isHelping && <KeyboardHelp onClose={() => setIsHelping(false)} />}
      </Suspense>
    </>
  );
}

function isMac(): boolean {
  return /Mac|iPhone|iPad/.test(navigator.userAgent);
}
