/** The caller's organisation; and, for the owner of the server, all of them. */
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

const ownKey = ['tenant'];

/** What the organisation asks of its people. */
export function useTenantSettings() {
  return useQuery<S['TenantSettings'], ApiError>({
    queryKey: ownKey,
    queryFn: ({ signal }) => answer(client.GET('/api/v1/tenant', { signal })),
  });
}

export function useUpdateTenantSettings() {
  const queries = useQueryClient();
  return useMutation<S['TenantSettings'], ApiError, S['TenantSettingsUpdate']>({
    mutationFn: (body) => answer(client.PATCH('/api/v1/tenant', { body })),
    onSuccess: (settings) => queries.setQueryData(ownKey, settings),
  });
}
