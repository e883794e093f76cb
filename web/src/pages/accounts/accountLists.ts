/** The lists that the page of accounts is made of. */
import type { ListQuery } from '../../api/queries';
import type { ListState } from '../../ui/useListUrl';

export const accountSort = (list: ListState): string => list.sort || 'name';

export const accountsOf = (list: ListState): ListQuery => ({
  q: list.q,
  sort: accountSort(list),
  cursor: list.cursor,
  limit: list.size,
});

/** The scans that run or wait at this moment. */
export const activeScans: ListQuery = { q: 'state in (queued, running)', limit: 500 };
