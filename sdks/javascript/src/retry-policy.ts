/** How long to stay away after a failure. All times in seconds. */

/** No wait is longer: also the cap on what a server may ask for. */
export const MAX_DELAY = 300;
const JITTER = 0.1;

const IMF_FIXDATE = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/;

/**
 * The wait after `failures` failures in a row. `random` is in [0, 1). Jitter goes down on the backoff and up on
 * `retryAfter`, so that a client never comes back before the server asked it to.
 */
export function retryDelay(failures: number, interval: number, retryAfter: number, random: number): number {
  const backoff = interval * 2 ** failures * (1 - JITTER * random);
  return Math.max(Math.min(backoff, MAX_DELAY), spreadRetryAfter(retryAfter, random));
}

/** When even an explicit flush may send again, in seconds from the failure. */
export function spreadRetryAfter(retryAfter: number, random: number): number {
  return Math.min(MAX_DELAY, retryAfter * (1 + JITTER * random));
}

/**
 * A `Retry-After` header in seconds; 0 if absent, past or unreadable. `now` is the wall clock in Unix seconds.
 * The form is checked first because `Date.parse` reads a year out of nearly any text.
 */
export function parseRetryAfter(header: string | null | undefined, now: number): number {
  if (/^\d+$/.test(header ?? "")) return Number(header);
  return IMF_FIXDATE.test(header ?? "") ? Math.max(0, Date.parse(header!) / 1000 - now) || 0 : 0;
}
