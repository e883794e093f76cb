/** What a person does to his own account. Secrets and codes are in one answer and nowhere else. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { S } from '../types';
import { answer, client } from './client';
import type { ApiError } from './problem';
import { meKey } from './session';

const sessionsKey = ['my-sessions'];

export function useMySessions() {
  return useQuery<S['SessionPage'], ApiError>({
    queryKey: sessionsKey,
    queryFn: ({ signal }) => answer(client.GET('/api/v1/me/sessions', { signal })),
  });
}

function useChange<Answer, Given>(run: (given: Given) => Promise<Answer>) {
  const queries = useQueryClient();
  return useMutation<Answer, ApiError, Given>({
    mutationFn: run,
    gcTime: 0,
    onSuccess: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: sessionsKey }),
        queries.invalidateQueries({ queryKey: meKey }),
      ]),
  });
}

export const useRevokeSession = () =>
  useChange((id: string) =>
    answer(client.DELETE('/api/v1/me/sessions/{id}', { params: { path: { id } } })),
  );

export const useRevokeOtherSessions = () =>
  useChange((_: void) => answer(client.DELETE('/api/v1/me/sessions')));

export const useChangePassword = () =>
  useChange((body: S['PasswordChange']) => answer(client.POST('/api/v1/me/password', { body })));

export const useBeginTotp = () => useChange((_: void) => answer(client.POST('/api/v1/me/totp')));

export const useConfirmTotp = () =>
  useChange((code: string) => answer(client.POST('/api/v1/me/totp/confirm', { body: { code } })));

export const useRemoveTotp = () =>
  useChange((password: string) => answer(client.DELETE('/api/v1/me/totp', { body: { password } })));

/** The codes are in this answer and nowhere else; the earlier ones are good no more. */
export const useRenewRecoveryCodes = () =>
  useChange((password: string) =>
    answer(client.POST('/api/v1/me/recovery-codes', { body: { password } })),
  );
