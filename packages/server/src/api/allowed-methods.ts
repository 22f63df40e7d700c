import findMyWay, { type HTTPMethod } from "find-my-way";
import type { RouteInventoryEntry } from "./route-scope.ts";

/** The methods that the path of a URL takes; none: there is no such path. Reads the inventory when first asked. */
export function allowedMethods(inventory: readonly RouteInventoryEntry[]): (url: string) => readonly string[] {
  let router: ReturnType<typeof routerOf> | undefined;
  return (url) => {
    router ??= routerOf(inventory);
    const question = url.indexOf("?");
    const path = question < 0 ? url : url.slice(0, question);
    const { find } = router;
    return METHODS.filter((method) => find(method, path));
  };
}

const METHODS: readonly HTTPMethod[] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];

function routerOf(inventory: readonly RouteInventoryEntry[]) {
  const router = findMyWay();
  for (const { method, url } of inventory) router.on(method as HTTPMethod, url, () => undefined);
  return { find: (method: HTTPMethod, path: string) => router.find(method, path) !== null };
}
