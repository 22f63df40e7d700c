import { useEffect, useState } from "react";

/**
 * Gives the focus back, when what uses this goes, to what had it before: or, where that was an entry of a menu, to the menu's
 * button; or, where that is gone too, to the page. Otherwise whoever goes by keyboard would begin anew.
 */
export function useFocusBack(): void {
  const [before] = useState(() => {
    const had = document.activeElement;
    const menu = had?.closest("[role=menu]")?.getAttribute("aria-labelledby");
    return [had, menu == null ? null : document.getElementById(menu), document.getElementById("page")];
  });
  useEffect(
    () => () => {
      // (after the last of it is gone, and unless something else has taken the focus)
      setTimeout(() => {
        if (document.activeElement !== null && document.activeElement !== document.body) return;
        const back = before.find((one) => one instanceof HTMLElement && one !== document.body && isThere(one));
        if (back instanceof HTMLElement) back.focus({ preventScroll: true });
      });
    },
    [before],
  );
}

function isThere(element: HTMLElement): boolean {
  return element.isConnected && element.checkVisibility() && !element.matches(":disabled");
}
