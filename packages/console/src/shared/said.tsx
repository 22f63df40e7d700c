/**
 * What somebody wrote, within a sentence of ours that has elements in it: given as a value it would be read for elements too.
 * Whatever direction it is written in stays within it.
 */
export function Said({ text }: { readonly text: string }) {
  return <bdi>{text}</bdi>;
}
