import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { S } from '../types';
import { answer, client } from './client';
import type { ApiError } from './problem';
import { type ListQuery, listParameters } from './queries';

const collectorsKey = ['collectors'];
/** Whether they are online is what the list is looked at for. */
const lookEveryMs = 15_000;

/** As many as one answer holds: for names, and lists to choose from. */
export const everyCollector: ListQuery = { limit: 500 };

const byId = (id: string) => ({ params: { path: { id } } });

export function useCollectors(list: ListQuery = {}, enabled = true) {
  return useQuery<S['CollectorPage'], ApiError>({
    queryKey: [...collectorsKey, list],
    placeholderData: keepPreviousData,
    enabled,
    refetchInterval: lookEveryMs,
    queryFn: ({ signal }) =>
      answer(client.GET('/api/v1/collectors', { params: { query: listParameters(list) }, signal })),
  });
}

/** The token is in this answer and nowhere else; it is not kept in any cache here either. */
export function useCreateCollector() {
  const queries = useQueryClient();
  return useMutation<S['CollectorCreated'], ApiError, S['CollectorCreate']>({
    mutationFn: (body) => answer(client.POST('/api/v1/collectors', { body })),
    gcTime: 0,
    onSuccess: () => queries.invalidateQueries({ queryKey: collectorsKey }),
  });
}

export function useEnrolmentToken() {
  return useMutation<S['EnrolmentToken'], ApiError, string>({
    mutationFn: (id) =>
      answer(client.POST('/api/v1/collectors/{id}/enrolment-token', { ...byId(id), body: {} })),
    gcTime: 0,
  });
}

export function useRevokeCollector() {
  const queries = useQueryClient();
  return useMutation<S['Collector'], ApiError, string>({
    mutationFn: (id) =>
      answer(client.POST('/api/v1/collectors/{id}/revoke', { ...byId(id), body: {} })),
    onSuccess: () => queries.invalidateQueries({ queryKey: collectorsKey }),
  });
}

export function useDeleteCollector() {
  const queries = useQueryClient();
  return useMutation<unknown, ApiError, string>({
    mutationFn: (id) => answer(client.DELETE('/api/v1/collectors/{id}', byId(id))),
    onSuccess: () => queries.invalidateQueries({ queryKey: collectorsKey }),
  });
}
