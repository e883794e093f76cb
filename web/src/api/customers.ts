import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { S } from '../types';
import { answer, client } from './client';
import type { ApiError } from './problem';
import { type ListQuery, listParameters } from './queries';

export const customersKey = ['customers'];

export function useCustomers(list: ListQuery = {}) {
  return useQuery<S['CustomerPage'], ApiError>({
    queryKey: [...customersKey, list],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) =>
      answer(client.GET('/api/v1/customers', { params: { query: listParameters(list) }, signal })),
  });
}

export function useCreateCustomer() {
  const queries = useQueryClient();
  return useMutation<S['Customer'], ApiError, S['CustomerWrite']>({
    mutationFn: (body) => answer(client.POST('/api/v1/customers', { body })),
    onSuccess: () => queries.invalidateQueries({ queryKey: customersKey }),
  });
}
