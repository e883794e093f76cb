import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { S } from '../types';
import { answer, client } from './client';
import type { ApiError } from './problem';
import { type ListQuery, listParameters } from './queries';

const deploymentsKey = ['deployments'];
const hooksKey = ['deployment-hooks'];

export function useDeployments(list: ListQuery) {
  return useQuery<S['DeploymentPage'], ApiError>({
    queryKey: [...deploymentsKey, list],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) =>
      answer(
        client.GET('/api/v1/deployments', { params: { query: listParameters(list) }, signal }),
      ),
  });
}

export function useOpenWindow() {
  const queries = useQueryClient();
  return useMutation<S['Deployment'], ApiError, S['DeploymentCreate']>({
    mutationFn: (body) => answer(client.POST('/api/v1/deployments', { body })),
    onSuccess: () => queries.invalidateQueries({ queryKey: deploymentsKey }),
  });
}

export function useEndDeployment() {
  const queries = useQueryClient();
  return useMutation<S['Deployment'], ApiError, { id: string; state: 'succeeded' | 'cancelled' }>({
    mutationFn: ({ id, state }) =>
      answer(
        client.PATCH('/api/v1/deployments/{id}', { params: { path: { id } }, body: { state } }),
      ),
    onSuccess: () => queries.invalidateQueries({ queryKey: deploymentsKey }),
  });
}

export function useDeploymentHooks(list: ListQuery) {
  return useQuery<S['DeploymentHookPage'], ApiError>({
    queryKey: [...hooksKey, list],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) =>
      answer(
        client.GET('/api/v1/deployments/hooks', {
          params: { query: listParameters(list) },
          signal,
        }),
      ),
  });
}

/** Address and secret are in this answer and nowhere else. */
export function useCreateHook() {
  const queries = useQueryClient();
  return useMutation<S['DeploymentHookCreated'], ApiError, S['DeploymentHookCreate']>({
    mutationFn: (body) => answer(client.POST('/api/v1/deployments/hooks', { body })),
    gcTime: 0,
    onSuccess: () => queries.invalidateQueries({ queryKey: hooksKey }),
  });
}

export function useDeleteHook() {
  const queries = useQueryClient();
  return useMutation<unknown, ApiError, string>({
    mutationFn: (id) =>
      answer(client.DELETE('/api/v1/deployments/hooks/{id}', { params: { path: { id } } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: hooksKey }),
  });
}
