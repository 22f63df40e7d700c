import { MantineProvider } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { MutationCache, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { type Brand, BrandContext } from "./brand/brand-context.ts";
import { router } from "./router.tsx";
import { themeWith } from "./theme.ts";

/** Of the page's answer: style elements without it are not let. */
function nonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? "";
}

// What keeps the page from scrolling behind a dialog writes a style element, too, and takes the number from here.
Object.assign(globalThis, { __webpack_nonce__: nonce() });

export function App() {
  const [queries] = useState(() => {
    const made: QueryClient = new QueryClient({
      mutationCache: new MutationCache({
        onError: (error) => {
          // What was done waits for a second person: it is among what waits.
          if ((error as { readonly code?: string }).code === "approval_pending") {
            void made.invalidateQueries({ queryKey: ["approvals"] });
          }
        },
      }),
      defaultOptions: {
        queries: { retry: (count, error) => count < 2 && isWorthAnother(error), refetchOnWindowFocus: true },
      },
    });
    return made;
  });
  const [brand, show] = useState<Brand | null>(null);
  const shades = brand?.palette?.shades;
  const theme = useMemo(() => themeWith(shades), [shades]);
  const shown = useMemo(() => ({ brand, show }), [brand]);
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto" getStyleNonce={nonce}>
      <QueryClientProvider client={queries}>
        <Notifications position="bottom-right" />
        <BrandContext value={shown}>
          <RouterProvider router={router} />
        </BrandContext>
      </QueryClientProvider>
    </MantineProvider>
  );
}

/** What was refused once is refused again; what was not answered may be. */
function isWorthAnother(error: unknown): boolean {
  const { status } = error as { readonly status?: number };
  return status === undefined || status >= 500;
}
