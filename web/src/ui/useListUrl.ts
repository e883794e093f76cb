/**
 * A list's state in the address: filter `q`, order `sort`, page cursor `p`, page size `n`. The API knows
 * only the way forward; the cursors of the pages before stay in the history entry, so that "previous"
 * works after a reload too. A link that a colleague opens has none: its way back is the first page.
 */
import { useCallback, useMemo } from 'react';
import { useLocation, useNavigate, useSearchParams } from 'react-router';

export const pageSizes = [50, 100, 200];
const defaultSize = 100;

interface Trail {
  trail: string[];
}

function trailOf(state: unknown): string[] {
  const kept = (state as Partial<Trail> | null)?.trail;
  return Array.isArray(kept) ? kept.filter((cursor) => typeof cursor === 'string') : [];
}

/** Changes of the address that keep everything else in it; an empty value takes a name out. */
export function changed(
  search: URLSearchParams,
  values: Record<string, string | null>,
): URLSearchParams {
  const next = new URLSearchParams(search);
  for (const [name, value] of Object.entries(values)) {
    if (value) next.set(name, value);
    else next.delete(name);
  }
  return next;
}

export function sizeOf(text: string | null): number {
  const size = Number(text);
  return pageSizes.includes(size) ? size : defaultSize;
}

/** What the address says about the list itself. */
export function listOf(search: URLSearchParams) {
  return {
    q: search.get('q') ?? '',
    sort: search.get('sort') ?? '',
    cursor: search.get('p') ?? '',
    size: sizeOf(search.get('n')),
  };
}

export type ListState = ReturnType<typeof listOf>;

export function useListUrl() {
  const [search] = useSearchParams();
  const { pathname, state } = useLocation();
  const navigate = useNavigate();
  const trail = useMemo(() => trailOf(state), [state]);
  const go = useCallback(
    (values: Record<string, string | null>, nextTrail: string[], replace = false) => {
      const text = changed(search, values).toString();
      void navigate(`${pathname}${text ? `?${text}` : ''}`, {
        state: { trail: nextTrail },
        replace,
        preventScrollReset: true,
      });
    },
    [search, pathname, navigate],
  );
  const list = listOf(search);
  const { cursor } = list;
  return {
    ...list,
    /** Counted from 1; 0 where it is not known how far in the list the page is. */
    page: cursor === '' ? 1 : trail.length === 0 ? 0 : trail.length + 1,
    get: (name: string) => search.get(name) ?? '',
    /** Another list: what narrows or orders it starts at its first page. */
    narrow: (values: Record<string, string | null>) => go({ ...values, p: null }, []),
    setQuery: (q: string) => go({ q, p: null }, []),
    setSort: (sort: string) => go({ sort, p: null }, []),
    setSize: (size: number) => go({ n: size === defaultSize ? null : String(size), p: null }, []),
    next: (nextCursor: string) => go({ p: nextCursor }, [...trail, cursor]),
    previous: () => go({ p: trail.at(-1) ?? null }, trail.slice(0, -1)),
    /** What is open beside the list: the list stays where it is. */
    show: (values: Record<string, string | null>) => go(values, trail),
  };
}

export type ListUrl = ReturnType<typeof useListUrl>;
