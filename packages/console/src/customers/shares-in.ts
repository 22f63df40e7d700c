/** Per cents in a text such as `5, 25, 100`, rising; undefined: it is none. */
export function sharesIn(text: string): readonly number[] | undefined {
  const words = text.split(/[\s,;%]+/).filter((word) => word !== "");
  const shares = words.map(Number);
  const isGood = shares.every((share, place) => share > (shares[place - 1] ?? 0) && share <= 100);
  return isGood && shares.length <= 10 ? shares : undefined;
}
