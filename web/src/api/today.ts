import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import type { S, Severity } from '../types';
import { answer, client } from './client';
import { useLive } from './live/live';
import { useSoon } from './live/soon';
import type { ApiError } from './problem';
import type { Query } from './queries';

const askEvery = 60_000;

export interface TodayQuery {
  customer?: string;
  severity?: Severity;
}

export const todayQuery = (query: TodayQuery): Query<S['Today']> => ({
  queryKey: ['today', query],
  queryFn: ({ signal }) => answer(client.GET('/api/v1/today', { params: { query }, signal })),
});

/** What needs somebody now. It follows what scans and people change. */
export function useToday(query: TodayQuery) {
  const queries = useQueryClient();
  const ask = useSoon(() => void queries.invalidateQueries({ queryKey: ['today'] }));
  const live = useLive('drift', ask);
  const today = useQuery<S['Today'], ApiError>({
    ...todayQuery(query),
    placeholderData: keepPreviousData,
    refetchInterval: askEvery,
  });
  return { ...today, live };
}
