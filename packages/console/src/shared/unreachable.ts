import { createContext } from "react";

/** Did no answer come? Then it is the same for everything on the page. */
export function isUnreachable(error: unknown): boolean {
  return (error as { readonly code?: unknown } | null | undefined)?.code === "unreachable";
}

/** Where the page as a whole says that the server cannot be reached, single parts of it need not. */
export const UnreachableIsSaid = createContext(false);
