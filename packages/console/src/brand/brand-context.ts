import { createContext, useContext, useEffect } from "react";

/** What stands in the place of the product's own name, mark and colour. */
export interface Brand {
  readonly name: string | null;
  readonly colour: string | null;
  /** Path on the same server. */
  readonly logo: string | null;
  readonly palette: {
    readonly shades: readonly string[];
    readonly adjusted: boolean;
    readonly contrast: { readonly light: number; readonly dark: number };
  } | null;
}

export const PRODUCT = "Safeguard";

interface BrandShown {
  readonly brand: Brand | null;
  show(brand: Brand | null): void;
}

export const BrandContext = createContext<BrandShown>({ brand: null, show: () => undefined });

export function useBrand(): Brand | null {
  return useContext(BrandContext).brand;
}

/** Shows it from now on, all over the console. Undefined: not known yet, and what is shown stays. */
export function useShowBrand(brand: Brand | null | undefined): void {
  const { show } = useContext(BrandContext);
  useEffect(() => {
    if (brand !== undefined) show(brand);
  }, [brand, show]);
}
