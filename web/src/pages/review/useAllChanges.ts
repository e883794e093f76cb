/** Reads a set to its end, page after page: the first page is shown at once, the rest arrives behind it. */
import { useEffect, useMemo } from 'react';
import { useSetChanges } from '../../api/drift';

export function useAllChanges(set: string) {
  const query = useSetChanges(set);
  const { data, hasNextPage, isFetchingNextPage, isError, fetchNextPage } = query;
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage && !isError) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, isError, fetchNextPage]);
  const changes = useMemo(() => data?.flatMap(({ items }) => items) ?? [], [data]);
  return {
    changes,
    total: data?.[0]?.total ?? 0,
    complete: data !== undefined && !hasNextPage,
    loading: data === undefined && !isError,
    error: query.error,
    refetch: query.refetch,
  };
}
