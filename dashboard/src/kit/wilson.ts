/** How small a share may be in truth that was seen in a few cases: the lower end of Wilson's interval (1927), 95 %. */

const Z = 1.959963984540054;

/** @returns null where nothing was seen. */
export function atLeast(hits: number, all: number): number | null {
  if (all <= 0) return null;
  const share = hits / all;
  const square = Z * Z;
  const middle = share + square / (2 * all);
  const spread = Z * Math.sqrt((share * (1 - share) + square / (4 * all)) / all);
  // Rounding must take it neither below nothing nor above what was seen.
  return Math.min(share, Math.max(0, (middle - spread) / (1 + square / all)));
}
