import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { S } from '../types';
import { answer, client, type Tagged, taggedAnswer } from './client';
import type { ApiError } from './problem';
import { type ListQuery, listParameters, type Query } from './queries';

export const accountsKey = ['accounts'];
export const accountKey = (id: string) => ['accounts', 'one', id];

const byId = (id: string) => ({ params: { path: { id } } });

/** As many as one answer holds: for names, and lists to choose from. */
export const everyAccount: ListQuery = { limit: 500 };

export const accountsQuery = (list: ListQuery): Query<S['CloudAccountPage']> => ({
  queryKey: [...accountsKey, 'list', list],
  queryFn: ({ signal }) =>
    answer(
      client.GET('/api/v1/cloud-accounts', { params: { query: listParameters(list) }, signal }),
    ),
});

export function useAccounts(list: ListQuery = {}, enabled = true) {
  return useQuery<S['CloudAccountPage'], ApiError>({
    ...accountsQuery(list),
    placeholderData: keepPreviousData,
    enabled,
  });
}

export const accountQuery = (id: string): Query<Tagged<S['CloudAccount']>> => ({
  queryKey: accountKey(id),
  queryFn: ({ signal }) =>
    taggedAnswer(client.GET('/api/v1/cloud-accounts/{id}', { ...byId(id), signal })),
});

/** The account with the tag that an edit of it has to name. */
export function useAccount(id: string, enabled = true) {
  return useQuery<Tagged<S['CloudAccount']>, ApiError>({
    ...accountQuery(id),
    enabled: enabled && id !== '',
  });
}

export function useCreateAccount() {
  const queries = useQueryClient();
  return useMutation<S['CloudAccount'], ApiError, S['CloudAccountCreate']>({
    mutationFn: (body) => answer(client.POST('/api/v1/cloud-accounts', { body })),
    onSuccess: (account) => {
      queries.setQueryData(accountKey(account.id), { value: account, etag: null });
      return queries.invalidateQueries({ queryKey: [...accountsKey, 'list'] });
    },
  });
}

export interface AccountEdit {
  patch: S['CloudAccountPatch'];
  /** Refuses the edit where somebody else made one since. */
  etag?: string | null;
}

export function useUpdateAccount(id: string) {
  const queries = useQueryClient();
  return useMutation<Tagged<S['CloudAccount']>, ApiError, AccountEdit>({
    mutationFn: ({ patch, etag }) =>
      taggedAnswer(
        client.PATCH('/api/v1/cloud-accounts/{id}', {
          params: { path: { id }, header: etag ? { 'If-Match': etag } : {} },
          body: patch,
        }),
      ),
    onSuccess: (account) => {
      queries.setQueryData(accountKey(id), account);
      return queries.invalidateQueries({ queryKey: accountsKey });
    },
  });
}

export function useDeleteAccount(id: string) {
  const queries = useQueryClient();
  return useMutation<unknown, ApiError, void>({
    mutationFn: () => answer(client.DELETE('/api/v1/cloud-accounts/{id}', byId(id))),
    onSuccess: () => queries.invalidateQueries({ queryKey: [...accountsKey, 'list'] }),
  });
}

export function useTestAccount(id: string) {
  const queries = useQueryClient();
  return useMutation<S['TestReport'], ApiError, void>({
    mutationFn: () => answer(client.POST('/api/v1/cloud-accounts/{id}/test', byId(id))),
    onSuccess: () => queries.invalidateQueries({ queryKey: accountsKey }),
  });
}

/** What the customer has to set up: names, policies, trust policy, script. Admins only. */
export function useAccountSetup(id: string, enabled: boolean) {
  return useQuery<S['AccountSetup'], ApiError>({
    queryKey: ['account-setup', id],
    enabled: enabled && id !== '',
    staleTime: Infinity,
    queryFn: ({ signal }) =>
      answer(client.GET('/api/v1/cloud-accounts/{id}/setup', { ...byId(id), signal })),
  });
}

export function useSetupCommand(id: string) {
  return useMutation<S['SetupCommand'], ApiError, void>({
    mutationFn: () => answer(client.POST('/api/v1/cloud-accounts/{id}/setup-command', byId(id))),
  });
}
