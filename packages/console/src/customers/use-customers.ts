import { useInfiniteQuery } from "@tanstack/react-query";
import { useWorking } from "../session/session.ts";
import { LIVE_MS } from "../shared/live.ts";
import type { Customer, CustomerIncident, Customers } from "./customer-types.ts";
import type { CustomerSort, NARROWED } from "./customers-search.ts";

const PAGE = 100;
const WHOLE_PAGE = 1000;

export interface CustomerQuery {
  readonly show: "all" | (typeof NARROWED)[number];
  readonly sort: CustomerSort;
  readonly order: "ascending" | "descending";
  readonly q?: string;
}

/** The accounts below the chosen one, page by page; `everyOne` asks for all of them at once. */
export function useCustomers(query: CustomerQuery) {
  const { server, account } = useWorking();
  const ask = (limit: number, cursor: string | undefined) =>
    server.call<Customers>({
      method: "GET",
      path: "/v1/customers",
      query: { ...query, limit, ...(cursor !== undefined && { cursor }) },
    });
  const list = useInfiniteQuery({
    queryKey: ["customers", account.id, query],
    queryFn: ({ pageParam }) => ask(PAGE, pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
    refetchInterval: LIVE_MS * 2,
  });
  const everyOne = async (): Promise<readonly Customer[]> => {
    const all: Customer[] = [];
    let cursor: string | undefined;
    do {
      const page = await ask(WHOLE_PAGE, cursor);
      all.push(...page.items);
      cursor = page.next ?? undefined;
    } while (cursor !== undefined);
    return once(all, ({ id }) => id);
  };
  return { list, everyOne };
}

export interface CustomerIncidentQuery {
  readonly state: string;
  readonly sort: "at_risk" | "newest";
  readonly q?: string;
  readonly destination?: string;
}

/** What goes on in all of them. */
export function useCustomerIncidents(query: CustomerIncidentQuery) {
  const { server, account } = useWorking();
  return useInfiniteQuery({
    queryKey: ["customer-incidents", account.id, query],
    queryFn: ({ pageParam }) =>
      server.call<{ readonly items: readonly CustomerIncident[]; readonly next: string | null }>({
        method: "GET",
        path: "/v1/customers/incidents",
        query: { ...query, limit: PAGE, ...(pageParam !== undefined && { cursor: pageParam }) },
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
    refetchInterval: LIVE_MS,
  });
}

/** Pages are each of their moment: what moved in between may stand in two of them. */
export function once<T>(items: readonly T[], idOf: (item: T) => string): T[] {
  return [...new Map(items.map((item) => [idOf(item), item])).values()];
}
