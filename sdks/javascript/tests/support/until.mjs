/** Real time after which a condition that does not come true fails the test, in milliseconds. */
const PATIENCE_MS = 20_000;

/** Asks again and again until `condition` returns something true, and returns that. */
export async function until(condition, what = condition.toString()) {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (performance.now() > deadline) throw new Error(`never came true: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
