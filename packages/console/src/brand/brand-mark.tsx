import { Mark } from "../shared/mark.tsx";
import { useBrand } from "./brand-context.ts";

/** The logo that is shown here; the product's own mark, where there is none. */
export function BrandMark({ size = 26 }: { readonly size?: number }) {
  const logo = useBrand()?.logo;
  if (logo == null) return <Mark size={size} />;
  return <img src={logo} alt="" height={size} style={{ maxWidth: size * 4, objectFit: "contain", display: "block" }} />;
}
