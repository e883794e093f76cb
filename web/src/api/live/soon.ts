import { useCallback, useEffect, useRef } from 'react';

const settlesAfter = 1_000;

/** Many calls within a second are one: events come in bursts. */
export function useSoon(run: () => void): () => void {
  const current = useRef(run);
  current.current = run;
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  return useCallback(() => {
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      current.current();
    }, settlesAfter);
  }, []);
}
