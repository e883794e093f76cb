import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import type { S } from '../types';
import { answer, client } from './client';
import type { ApiError } from './problem';

const comparedAtOnce = 200;

export function useSnapshot(id: string) {
  return useQuery<S['Snapshot'], ApiError>({
    queryKey: ['snapshots', id],
    enabled: id !== '',
    staleTime: Infinity,
    queryFn: ({ signal }) =>
      answer(client.GET('/api/v1/snapshots/{id}', { params: { path: { id } }, signal })),
  });
}

/** What changed from one snapshot to another of the same account, page after page. */
export function useSnapshotDiff(from: string, to: string) {
  return useInfiniteQuery<S['ChangePage'], ApiError, S['ChangePage'][], string[], string>({
    queryKey: ['diff', from, to],
    enabled: from !== '' && to !== '' && from !== to,
    staleTime: Infinity,
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor,
    select: ({ pages }) => pages,
    queryFn: ({ signal, pageParam }) =>
      answer(
        client.GET('/api/v1/snapshots/{id}/diff/{other}', {
          params: {
            path: { id: from, other: to },
            query: {
              limit: comparedAtOnce,
              fields: 'document',
              ...(pageParam ? { cursor: pageParam } : {}),
            },
          },
          signal,
        }),
      ),
  });
}
