/** Settling before a first baseline: quick scans, and the rules that they suggest. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { S } from '../types';
import { answer, client } from './client';
import type { ApiError } from './problem';

export type Settling = S['Settling'];

const whileRunning = 10_000;
const settlingKey = (account: string) => ['settling', account];
const byId = (id: string) => ({ params: { path: { id } } });

export function useSettling(account: string) {
  return useQuery<Settling, ApiError>({
    queryKey: settlingKey(account),
    refetchInterval: ({ state }) => (state.data?.state === 'running' ? whileRunning : false),
    queryFn: ({ signal }) =>
      answer(client.GET('/api/v1/cloud-accounts/{id}/settling', { ...byId(account), signal })),
  });
}

export function useStartSettling(account: string) {
  const queries = useQueryClient();
  return useMutation<Settling, ApiError>({
    mutationFn: () =>
      answer(client.POST('/api/v1/cloud-accounts/{id}/settling', { ...byId(account), body: {} })),
    onSuccess: (made) => queries.setQueryData(settlingKey(account), made),
  });
}

export function useSkipSettling(account: string) {
  const queries = useQueryClient();
  return useMutation<unknown, ApiError>({
    mutationFn: () => answer(client.DELETE('/api/v1/cloud-accounts/{id}/settling', byId(account))),
    onSuccess: () => queries.invalidateQueries({ queryKey: settlingKey(account) }),
  });
}

/** One rule after the other: the first that is refused stops the rest. Answers how many were made. */
export function useMakeSuggestedRules() {
  const queries = useQueryClient();
  return useMutation<number, ApiError, S['RuleWrite'][]>({
    mutationFn: async (rules) => {
      for (const body of rules) await answer(client.POST('/api/v1/rules', { body }));
      return rules.length;
    },
    onSettled: () => queries.invalidateQueries(),
  });
}
