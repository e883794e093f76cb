import { useEffect, useReducer } from 'react';

interface Clock {
  listeners: Set<() => void>;
  timer: ReturnType<typeof setInterval>;
}

const clocks = new Map<number, Clock>();

/** A page shows hundreds of times: one timer renews all of them. */
function listen(every: number, listener: () => void): () => void {
  let clock = clocks.get(every);
  if (!clock) {
    const listeners = new Set<() => void>();
    const tell = () => listeners.forEach((each) => each());
    clock = { listeners, timer: setInterval(tell, every) };
    clocks.set(every, clock);
  }
  const { listeners, timer } = clock;
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    clocks.delete(every);
  };
}

/**
 * The time of this render, which is renewed every `every` milliseconds: for "6 min ago" and countdowns.
 * Never older than what is shown with it: an event of this second would seem to come.
 */
export function useNow(every = 30_000): number {
  const [, renew] = useReducer((times: number) => times + 1, 0);
  useEffect(() => listen(every, renew), [every]);
  return Date.now();
}
