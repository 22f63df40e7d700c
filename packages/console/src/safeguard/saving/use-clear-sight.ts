import { notifications } from "@mantine/notifications";
import { useEffect } from "react";

/** Takes away what was said of the last save: it would stand before the buttons of the next. Its undoing stands above, too. */
export function useClearSight(): void {
  useEffect(() => notifications.clean(), []);
}
