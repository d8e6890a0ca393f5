/**
 * A page's questions, asked with one call, and asked again when they change. What is not seen at first may be asked by a
 * second call, after the first is answered, so that the first screen does not wait for it.
 *
 * While new answers are on their way the old ones stay, marked as stale. An answer that is known already is shown at
 * once and asked for again. A question that failed can be asked again alone; where the server was away, all that failed so
 * are asked again by themselves, ever more rarely, until it is back; what is asked every few seconds, too. What comes for an older question is dropped,
 * and when a question fails, so is the answer to an older one: it would stand under a period that it is not of. Questions
 * that a step leaves as they are, such as those without filters, are not asked again with it unless their answers are old.
 */
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { address, askAll, Failure, isOver, type Part, type Question } from "./client.ts";
import { isAway, keepAsking } from "./reach.ts";

export interface Answer<T> {
  /** The newest answer; of an older question where it is stale. */
  readonly data?: T;
  /** When `data` was answered, in Unix milliseconds. */
  readonly answeredAt?: number;
  readonly failure?: Failure;
  readonly stale: boolean;
  /** Ask again; fulfilled when the answer is there, whatever it is. */
  readonly retry: () => Promise<unknown>;
}

type Questions = Readonly<Record<string, Question<unknown> | null>>;
type Asked<Q> = NonNullable<Q> extends Question<infer T> ? T : never;
export type Answers<Q extends Questions> = { readonly [name in keyof Q]: Answer<Asked<Q[name]>> };

const KEPT = 60;
/** Milliseconds for which an answer is new. */
const NEW_MS = 30_000;
interface Known {
  readonly data: unknown;
  /** The question that `data` answers. */
  readonly of: string;
  readonly answeredAt: number;
}

const known = new Map<string, Known>();

function remember(of: string, data: unknown): Known {
  const found = { data, of, answeredAt: Date.now() };
  known.delete(of);
  known.set(of, found);
  if (known.size > KEPT) known.delete(known.keys().next().value!);
  return found;
}

interface Standing extends Partial<Known> {
  readonly failure?: Failure;
  readonly stale: boolean;
}

/**
 * Ask.
 *
 * @param questions by name; null = not asked now.
 * @param every seconds after which they are asked again; nothing is asked while the tab is hidden.
 * @param later names of those that are asked when the others have been answered.
 */
export function useAnswers<const Q extends Questions>(
  questions: Q,
  every?: number,
  later: readonly (keyof Q)[] = [],
): Answers<Q> {
  const names = Object.keys(questions).filter((name) => questions[name]);
  const addresses = names.map((name) => address(questions[name]!));
  const [standing, setStanding] = useState<Record<string, Standing>>({});
  const running = useRef<AbortController | null>(null);
  /** By name, the question that was answered last, and when. */
  const answered = useRef<Record<string, { readonly at: string; readonly when: number } | undefined>>({});

  const ask = useCallback(async (asking: readonly string[], at: readonly string[], control: AbortController) => {
    let parts: Part[];
    try {
      parts = await askAll(at, control.signal);
    } catch (error) {
      if (control.signal.aborted) return;
      const failure = error instanceof Failure ? error : new Failure(0, String(error));
      parts = at.map(() => ({ status: failure.status, body: { error: failure.message } }));
    }
    asking.forEach((name, index) => {
      answered.current[name] = parts[index]!.status === 200 ? { at: at[index]!, when: Date.now() } : undefined;
    });
    setStanding((before) => {
      const after = { ...before };
      asking.forEach((name, index) => {
        const { status, body } = parts[index]!;
        if (status === 200) {
          after[name] = { ...remember(at[index]!, body), stale: false };
        } else {
          const text = (body as { error?: string }).error ?? `The server answered ${status}.`;
          const kept = before[name]?.of === at[index] ? before[name] : {};
          after[name] = { ...kept, failure: new Failure(status, text), stale: true };
        }
      });
      return after;
    });
  }, []);

  const askNow = useRef((_: readonly string[]) => {});
  askNow.current = (wanted) => {
    running.current?.abort();
    const control = new AbortController();
    running.current = control;
    const part = async (isLater: boolean) => {
      const some = wanted.filter((name) => later.includes(name) === isLater);
      const at = some.map((name) => addresses[names.indexOf(name)]!);
      if (some.length && !control.signal.aborted) await ask(some, at, control);
    };
    void part(false).then(() => part(true));
  };

  const everything = JSON.stringify([names, addresses]);
  // `everything` is names and addresses by value.
  useEffect(() => {
    if (!names.length) return;
    const isNew = (name: string, at: string) => {
      const last = answered.current[name];
      return last?.at === at && Date.now() - last.when < NEW_MS && known.has(at);
    };
    const asking = names.filter((name, index) => !isNew(name, addresses[index]!));
    setStanding((before) =>
      Object.fromEntries(
        names.map((name, index) => {
          const { failure: _, ...old } = before[name] ?? {};
          const found = known.get(addresses[index]!);
          const stale = asking.includes(name);
          return [name, { ...(found ?? old), stale }];
        }),
      ),
    );
    askNow.current(asking);
    return () => running.current?.abort();
  }, [everything, every]);

  const unreached = names.filter((name) => {
    const { failure } = standing[name] ?? {};
    return failure && isAway(failure.status);
  });
  const isDown = unreached.length > 0;
  // Then it is asked ever more rarely, below.
  useEffect(() => {
    if (!every || isDown || !names.length) return;
    const timer = setInterval(() => document.hidden || isOver() || askNow.current(names), every * 1000);
    return () => clearInterval(timer);
  }, [everything, every, isDown]);

  const askAgain = useRef(async () => {});
  askAgain.current = async () => {
    // What is asked every few seconds is asked as a whole: a part that was answered would grow old.
    const wanted = every ? names : unreached;
    const at = wanted.map((name) => address(questions[name]!));
    if (!isOver()) await ask(wanted, at, running.current ?? new AbortController());
  };
  useEffect(() => (isDown ? keepAsking(() => askAgain.current()) : undefined), [isDown]);

  return Object.fromEntries(
    Object.keys(questions).map((name) => {
      const asked = questions[name];
      const retry = async () => asked && ask([name], [address(asked)], running.current ?? new AbortController());
      return [name, { ...(standing[name] ?? { stale: true }), retry }];
    }),
  ) as unknown as Answers<Q>;
}
