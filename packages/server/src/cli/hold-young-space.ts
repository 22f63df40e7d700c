import { setFlagsFromString } from "node:v8";

/**
 * While the product is loaded nearly everything survives, and V8 answers with more and more young space, which it then
 * keeps for ever: 25 MB for nothing. From this call on it does not grow, until the function that is returned is called.
 */
export function holdYoungSpace(): () => void {
  setFlagsFromString("--semi-space-growth-factor=1");
  return () => setFlagsFromString("--semi-space-growth-factor=2");
}
