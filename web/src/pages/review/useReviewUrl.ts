/** The state of a review in the address: set, change, what is shown. */
import { useCallback } from 'react';
import { useSearchParams } from 'react-router';
import type { Severity } from '../../types';
import { severities } from '../../ui/severity';
import { changed } from '../../ui/useListUrl';
import type { Shown } from './reviewOrder';

const shownValues: Shown[] = ['open', 'decided', 'all'];

export function useReviewUrl() {
  const [search, setSearch] = useSearchParams();
  const put = useCallback(
    (values: Record<string, string | null>) =>
      setSearch((before) => changed(before, values), { replace: true, preventScrollReset: true }),
    [setSearch],
  );
  const wanted = search.get('severity')?.split(',') ?? [];
  const shown = search.get('show') as Shown | null;
  return {
    set: search.get('set') ?? '',
    change: search.get('change') ?? '',
    find: search.get('find') ?? '',
    shown: shown && shownValues.includes(shown) ? shown : ('open' as Shown),
    severities: severities.filter((severity) => wanted.includes(severity)),
    put,
    setSeverities: (chosen: Severity[]) => put({ severity: chosen.join(','), change: null }),
  };
}

export type ReviewUrl = ReturnType<typeof useReviewUrl>;
