/** The highest id that the API knows. */
const MOST = 2n ** 63n - 1n;

/** Whether a text is an id that a track can have; 0 stands for events without one. */
export function isTrack(text: string): boolean {
  return /^\d{1,19}$/.test(text) && BigInt(text) > 0n && BigInt(text) <= MOST;
}
