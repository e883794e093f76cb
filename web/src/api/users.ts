/** The people of the organisation. Links that let somebody in are in one answer and nowhere else. */
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { S } from '../types';
import { answer, client } from './client';
import type { ApiError } from './problem';
import { type ListQuery, listParameters } from './queries';

const usersKey = ['users'];
const byId = (id: string) => ({ params: { path: { id } } });

export function useUsers(list: ListQuery) {
  return useQuery<S['UserPage'], ApiError>({
    queryKey: [...usersKey, list],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) =>
      answer(client.GET('/api/v1/users', { params: { query: listParameters(list) }, signal })),
  });
}

/** A change of people that shows in their list. */
function useChange<Answer, Given>(run: (given: Given) => Promise<Answer>) {
  const queries = useQueryClient();
  return useMutation<Answer, ApiError, Given>({
    mutationFn: run,
    gcTime: 0,
    onSuccess: () => queries.invalidateQueries({ queryKey: usersKey }),
  });
}

export const useInvite = () =>
  useChange((body: S['UserInvite']) => answer(client.POST('/api/v1/users', { body })));

export const useInviteAgain = () =>
  useChange((id: string) => answer(client.POST('/api/v1/users/{id}/invitation', byId(id))));

export const useUpdateUser = () =>
  useChange(({ id, patch }: { id: string; patch: S['UserPatch'] }) =>
    answer(client.PATCH('/api/v1/users/{id}', { ...byId(id), body: patch })),
  );

export const useDeleteUser = () =>
  useChange((id: string) => answer(client.DELETE('/api/v1/users/{id}', byId(id))));

export const useResetLink = () =>
  useChange((id: string) => answer(client.POST('/api/v1/users/{id}/password-reset', byId(id))));

export const useEndUserSessions = () =>
  useChange((id: string) => answer(client.DELETE('/api/v1/users/{id}/sessions', byId(id))));

export const useRemoveUserTotp = () =>
  useChange((id: string) => answer(client.DELETE('/api/v1/users/{id}/totp', byId(id))));
