/** The organisations of this server: for its owner only. */
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { S } from '../types';
import { answer, client } from './client';
import type { ApiError } from './problem';
import { type ListQuery, listParameters } from './queries';

const tenantsKey = ['tenants'];

export function useTenants(list: ListQuery) {
  return useQuery<S['TenantPage'], ApiError>({
    queryKey: [...tenantsKey, list],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) =>
      answer(
        client.GET('/api/v1/platform/tenants', { params: { query: listParameters(list) }, signal }),
      ),
  });
}

/** The link that lets the first owner in is in this answer and nowhere else. */
export function useCreateTenant() {
  const queries = useQueryClient();
  return useMutation<S['TenantCreated'], ApiError, S['TenantCreate']>({
    mutationFn: (body) => answer(client.POST('/api/v1/platform/tenants', { body })),
    gcTime: 0,
    onSuccess: () => queries.invalidateQueries({ queryKey: tenantsKey }),
  });
}
