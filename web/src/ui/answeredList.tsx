/** What every list takes from the address and from what its query answered. */
import { CursorPager } from './CursorPager';
import type { ShownError } from './ErrorPanel';
import { count } from './format';
import type { ListTableProps } from './ListTable';
import type { ListUrl } from './useListUrl';

export interface ListAnswer<T> {
  data: { items: T[]; next_cursor: string | null; total: number } | undefined;
  error: (ShownError & { field?: string | undefined }) | null;
  isPending: boolean;
  refetch: () => unknown;
}

type Answered =
  'items' | 'total' | 'loading' | 'error' | 'onRetry' | 'onClearFilter' | 'pager' | 'onSort';

/** Of a list, what a page still has to say. */
export type ListRest<T> = Omit<ListTableProps<T>, Answered | 'filter'> & {
  list: ListUrl;
  answer: ListAnswer<T>;
  /** Where the number of matches is no plain total. */
  totalText?: string | undefined;
  /** The server orders the list by itself. */
  fixedOrder?: boolean;
};

export function answeredList<T>({ list, answer, fixedOrder, totalText, ...rest }: ListRest<T>) {
  const { data, error, isPending, refetch } = answer;
  return {
    ...rest,
    total: totalText ?? (data && count(data.total)),
    items: data?.items,
    loading: isPending,
    error,
    onRetry: () => void refetch(),
    onClearFilter: list.q ? () => list.setQuery('') : undefined,
    pager: <CursorPager list={list} nextCursor={data?.next_cursor} />,
    ...(fixedOrder ? {} : { onSort: list.setSort }),
  };
}
