/** Filter, sort and page of a list live in the URL: a link shows a colleague the same. */
import { useRef } from 'react';
import { useSearchParams } from 'react-router';

export interface ListUrl {
  q: string;
  sort: string;
  cursor: string;
  page: number;
  setFilter: (q: string) => void;
  setSort: (sort: string) => void;
  setPage: (page: number, nextCursor: string | null) => void;
}

export function useListUrl(defaultSort = ''): ListUrl {
  const [parameters, setParameters] = useSearchParams();
  // Cursors of the pages that were seen; the first page has none.
  const cursors = useRef<string[]>(['']);
  const change = (values: Record<string, string>) =>
    setParameters(
      (before) => {
        const after = new URLSearchParams(before);
        for (const [name, value] of Object.entries(values)) {
          if (value) after.set(name, value);
          else after.delete(name);
        }
        return after;
      },
      { replace: true },
    );
  const page = Math.max(1, Number.parseInt(parameters.get('page') ?? '1', 10) || 1);
  return {
    q: parameters.get('q') ?? '',
    sort: parameters.get('sort') ?? defaultSort,
    cursor: parameters.get('p') ?? '',
    page,
    setFilter: (q) => change({ q, p: '', page: '' }),
    setSort: (sort) => change({ sort: sort === defaultSort ? '' : sort, p: '', page: '' }),
    setPage: (wanted, nextCursor) => {
      cursors.current[page - 1] = parameters.get('p') ?? '';
      if (nextCursor) cursors.current[page] = nextCursor;
      const cursor = cursors.current[wanted - 1];
      // A page that was never seen in this tab cannot be gone back to: the first one can.
      if (cursor === undefined || wanted <= 1) change({ p: '', page: '' });
      else change({ p: cursor, page: String(wanted) });
    },
  };
}
