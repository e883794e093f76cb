import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { S } from '../types';
import { answer, client, type Tagged, taggedAnswer } from './client';
import type { ApiError } from './problem';
import { type ListQuery, listParameters, type Query } from './queries';

export const customersKey = ['customers'];

const byId = (id: string) => ({ params: { path: { id } } });

/** As many as one answer holds: for names, and lists to choose from. */
export const everyCustomer: ListQuery = { limit: 500 };

export const customersQuery = (list: ListQuery): Query<S['CustomerPage']> => ({
  queryKey: [...customersKey, list],
  queryFn: ({ signal }) =>
    answer(client.GET('/api/v1/customers', { params: { query: listParameters(list) }, signal })),
});

export function useCustomers(list: ListQuery = {}) {
  return useQuery<S['CustomerPage'], ApiError>({
    ...customersQuery(list),
    placeholderData: keepPreviousData,
  });
}

/** The customer with the tag that an edit of it has to name. */
export function useCustomer(id: string) {
  return useQuery<Tagged<S['Customer']>, ApiError>({
    queryKey: [...customersKey, 'one', id],
    enabled: id !== '',
    queryFn: ({ signal }) =>
      taggedAnswer(client.GET('/api/v1/customers/{id}', { ...byId(id), signal })),
  });
}

export function useCreateCustomer() {
  const queries = useQueryClient();
  return useMutation<S['Customer'], ApiError, S['CustomerWrite']>({
    mutationFn: (body) => answer(client.POST('/api/v1/customers', { body })),
    onSuccess: () => queries.invalidateQueries({ queryKey: customersKey }),
  });
}

export interface CustomerEdit {
  id: string;
  patch: S['CustomerPatch'];
  etag: string | null;
}

export function useUpdateCustomer() {
  const queries = useQueryClient();
  return useMutation<S['Customer'], ApiError, CustomerEdit>({
    mutationFn: ({ id, patch, etag }) =>
      answer(
        client.PATCH('/api/v1/customers/{id}', {
          params: { path: { id }, header: etag ? { 'If-Match': etag } : {} },
          body: patch,
        }),
      ),
    onSuccess: () => queries.invalidateQueries({ queryKey: customersKey }),
  });
}

export function useDeleteCustomer() {
  const queries = useQueryClient();
  return useMutation<unknown, ApiError, string>({
    mutationFn: (id) => answer(client.DELETE('/api/v1/customers/{id}', byId(id))),
    onSuccess: (_, id) => {
      queries.removeQueries({ queryKey: [...customersKey, 'one', id] });
      return queries.invalidateQueries({ queryKey: customersKey });
    },
  });
}
