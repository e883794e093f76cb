import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { S } from '../types';
import { answer, client } from './client';
import type { ApiError } from './problem';
import { type ListQuery, listParameters } from './queries';

export const secretsKey = ['secrets'];

export function useSecrets(list: ListQuery = {}, enabled = true) {
  return useQuery<S['SecretPage'], ApiError>({
    queryKey: [...secretsKey, list],
    enabled,
    queryFn: ({ signal }) =>
      answer(client.GET('/api/v1/secrets', { params: { query: listParameters(list) }, signal })),
  });
}

/** A value goes in and never comes out; it is not kept in any cache here either. */
export function useCreateSecret() {
  const queries = useQueryClient();
  return useMutation<S['Secret'], ApiError, S['SecretCreate']>({
    mutationFn: (body) => answer(client.POST('/api/v1/secrets', { body })),
    gcTime: 0,
    onSuccess: () => queries.invalidateQueries({ queryKey: secretsKey }),
  });
}
