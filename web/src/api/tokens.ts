import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { S } from '../types';
import { answer, client } from './client';
import type { ApiError } from './problem';
import { type ListQuery, listParameters } from './queries';

const tokensKey = ['tokens'];

export function useTokens(list: ListQuery = {}) {
  return useQuery<S['ApiTokenPage'], ApiError>({
    queryKey: [...tokensKey, list],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) =>
      answer(client.GET('/api/v1/tokens', { params: { query: listParameters(list) }, signal })),
  });
}

/** The token's text is in this answer and nowhere else; no cache keeps it. */
export function useCreateToken() {
  const queries = useQueryClient();
  return useMutation<S['ApiTokenCreated'], ApiError, S['ApiTokenCreate']>({
    mutationFn: (body) => answer(client.POST('/api/v1/tokens', { body })),
    gcTime: 0,
    onSuccess: () => queries.invalidateQueries({ queryKey: tokensKey }),
  });
}

export function useRevokeToken() {
  const queries = useQueryClient();
  return useMutation<unknown, ApiError, string>({
    mutationFn: (id) => answer(client.DELETE('/api/v1/tokens/{id}', { params: { path: { id } } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: tokensKey }),
  });
}
