import { useEffect, useReducer } from 'react';

/**
 * The time of this render, which is renewed every `every` milliseconds: for "6 min ago" and countdowns.
 * Never older than what is shown with it: an event of this second would seem to come.
 */
export function useNow(every = 30_000): number {
  const [, renew] = useReducer((times: number) => times + 1, 0);
  useEffect(() => {
    const timer = setInterval(renew, every);
    return () => clearInterval(timer);
  }, [every]);
  return Date.now();
}
