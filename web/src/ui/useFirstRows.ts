import { startTransition, useEffect, useRef, useState } from 'react';

/** No row is lower, so a window shows no more of them than this. */
const lowestRow = 30;
const inView = () => Math.ceil(innerHeight / lowestRow);

/**
 * A screenful of a new list at once, the rest of it right after: what is in view does not wait for what is
 * not. A list that only changed, as a live one does, is never cut: the reader may be at its end.
 */
export function useFirstRows<T>(items: T[], idOf: (item: T) => string, most = inView()): T[] {
  const known = useRef<ReadonlySet<string>>(new Set());
  const [whole, setWhole] = useState<T[] | null>(null);
  const isWhole =
    items.length <= most || whole === items || items.some((item) => known.current.has(idOf(item)));
  useEffect(() => {
    if (isWhole) {
      known.current = new Set(items.map(idOf));
      return undefined;
    }
    const later = setTimeout(() => startTransition(() => setWhole(items)));
    return () => clearTimeout(later);
  }, [items, isWhole, idOf]);
  return isWhole ? items : items.slice(0, most);
}
