/** A transport in the test's hands, for what no real server can be made to do; and a client on it with a virtual clock. */
import { VirtualClock } from "./clock.mjs";
import { sdk } from "./sdk.mjs";

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** What a reply may be, beside `{status, headers, body}`. */
export const NEVER = () => new Promise(() => {});

export class Wire {
  requests = [];
  replies = [];
  /** Used when `replies` is empty. */
  fallback = { status: 202 };

  transport = (url, request) => {
    this.requests.push({ url, ...request });
    const reply = this.replies.shift() ?? this.fallback;
    return typeof reply === "function" ? reply(request) : Promise.resolve(response(reply));
  };

  /** The events of each request, as their asset numbers. */
  get sent() {
    return this.requests.map((request) => eventsOf(request).map((event) => Number(event.asset_id)));
  }
}

export const eventsOf = (request) => JSON.parse(new TextDecoder().decode(request.body)).events;

export function response({ status, headers = {}, body = "" }) {
  return {
    status,
    headers: new Headers(headers),
    text: async () => (typeof body === "string" ? body : JSON.stringify(body)),
  };
}

/** A reply that waits until `release()`. */
export function held(reply = { status: 202 }) {
  let release;
  const released = new Promise((resolve) => {
    release = resolve;
  });
  const answer = () => released.then(() => response(reply));
  answer.release = release;
  return answer;
}

/** A client on a wire. Bodies are not compressed, so that tests can read them. */
export async function onWire(options = {}, platform = "node") {
  const { AudioScape } = await sdk(platform);
  const wire = new Wire();
  const clock = new VirtualClock();
  const logs = [];
  const rejected = [];
  const dropped = [];
  const client = new AudioScape({
    apiKey: "secret-key-1234",
    endpoint: "https://analytics.example.com",
    gzip: false,
    transport: wire.transport,
    clock,
    rng: () => 0,
    logger: (line) => logs.push(line),
    onRejected: (event, message) => rejected.push([event, message]),
    onDropped: (events, reason) => dropped.push([events, reason]),
    ...options,
  });
  const settle = async () => {
    for (let turns = 0; turns < 10; turns++) await turn();
  };
  return {
    client,
    wire,
    clock,
    logs,
    rejected,
    dropped,
    settle,
    advance: (seconds) => clock.advance(seconds, settle),
    track(first, last = first) {
      for (let number = first; number <= last; number++) client.trackPlay(number, 7, number);
    },
  };
}

/** accepted + rejected + dropped + queued = tracked */
export function addsUp({ tracked, accepted, rejected, dropped, queued, droppedBy }) {
  const byReason = Object.values(droppedBy).reduce((sum, count) => sum + count, 0);
  return accepted + rejected + dropped + queued === tracked && byReason === dropped;
}
