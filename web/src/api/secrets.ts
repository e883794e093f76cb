import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { S } from '../types';
import { answer, client } from './client';
import type { ApiError } from './problem';
import { type ListQuery, listParameters } from './queries';

export const secretsKey = ['secrets'];

const byId = (id: string) => ({ params: { path: { id } } });

export function useSecrets(list: ListQuery = {}, enabled = true) {
  return useQuery<S['SecretPage'], ApiError>({
    queryKey: [...secretsKey, list],
    placeholderData: keepPreviousData,
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

export function useUpdateSecret() {
  const queries = useQueryClient();
  return useMutation<S['Secret'], ApiError, { id: string; patch: S['SecretPatch'] }>({
    mutationFn: ({ id, patch }) =>
      answer(client.PATCH('/api/v1/secrets/{id}', { ...byId(id), body: patch })),
    gcTime: 0,
    onSuccess: () => queries.invalidateQueries({ queryKey: secretsKey }),
  });
}

export function useDeleteSecret() {
  const queries = useQueryClient();
  return useMutation<unknown, ApiError, string>({
    mutationFn: (id) => answer(client.DELETE('/api/v1/secrets/{id}', byId(id))),
    onSuccess: () => queries.invalidateQueries({ queryKey: secretsKey }),
  });
}

/** Whether the value can be read where it is kept. */
export function useTestSecret() {
  const queries = useQueryClient();
  return useMutation<S['TestReport'], ApiError, string>({
    mutationFn: (id) => answer(client.POST('/api/v1/secrets/{id}/test', byId(id))),
    onSettled: () => queries.invalidateQueries({ queryKey: secretsKey }),
  });
}
