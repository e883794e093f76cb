/**
 * Who is signed in. The session is an HttpOnly cookie that no script can read; this file only knows
 * what the server says about it. A session that ends while a page is open puts a dialog over the page,
 * so that nothing typed is lost; `sessionEnded` is how the client says so.
 */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { S } from '../types';
import { answer, client } from './client';
import type { ApiError } from './problem';
import { Signal, useSignal } from './signal';

type SessionState = 'unknown' | 'signed_in' | 'ended' | 'signed_out';

const state = new Signal<SessionState>('unknown');

/** A session that was never there has nothing to keep open: the sign-in page is for that. */
export function sessionEnded(): void {
  if (state.get() === 'signed_in') state.set('ended');
}

export function useSessionState(): SessionState {
  return useSignal(state);
}

export const meKey = ['me'];

export function useMe() {
  return useQuery<S['Me'], ApiError>({
    queryKey: meKey,
    staleTime: 60_000,
    queryFn: async ({ signal }) => {
      const me = await answer(client.GET('/api/v1/me', { signal }));
      state.set('signed_in');
      return me;
    },
  });
}

export function useSetupStatus() {
  return useQuery<S['SetupStatus'], ApiError>({
    queryKey: ['setup'],
    queryFn: ({ signal }) => answer(client.GET('/api/v1/setup', { signal })),
  });
}

/** Another person's data must not be seen for a moment by the one who signs in now. */
function useEnter() {
  const queries = useQueryClient();
  return (me: S['Me']) => {
    const before = queries.getQueryData<S['Me']>(meKey);
    if (before && before.id !== me.id) queries.clear();
    queries.setQueryData(meKey, me);
    state.set('signed_in');
    void queries.invalidateQueries();
  };
}

export function useSignIn() {
  const enter = useEnter();
  return useMutation<S['Me'], ApiError, S['SignIn']>({
    mutationFn: (body) => answer(client.POST('/api/v1/session', { body })),
    onSuccess: enter,
  });
}

export const providerStart = '/api/v1/session/oidc/start';

/** Whether an identity provider signs people in too, and what it is called. */
export function useOidc() {
  return useQuery<S['Oidc'], ApiError>({
    queryKey: ['oidc'],
    staleTime: Infinity,
    queryFn: ({ signal }) => answer(client.GET('/api/v1/session/oidc', { signal })),
  });
}

/** Notices that somebody signed in again in another tab, when the person comes back to this one. */
export function useSignedInElsewhere(): void {
  const enter = useEnter();
  useEffect(() => {
    const look = () => {
      if (document.visibilityState !== 'visible') return;
      answer(client.GET('/api/v1/me')).then(enter, () => undefined);
    };
    addEventListener('focus', look);
    document.addEventListener('visibilitychange', look);
    return () => {
      removeEventListener('focus', look);
      document.removeEventListener('visibilitychange', look);
    };
  });
}

/** The first password, by the link of an invitation; the person is signed in. */
export function useAcceptInvitation() {
  const enter = useEnter();
  return useMutation<S['Me'], ApiError, S['InvitationAccept']>({
    mutationFn: (body) => answer(client.POST('/api/v1/invitations/accept', { body })),
    onSuccess: enter,
  });
}

/** A new password, by an administrator's link; nobody is signed in by it. */
export function useResetPassword() {
  return useMutation<unknown, ApiError, S['PasswordReset']>({
    mutationFn: (body) => answer(client.POST('/api/v1/password-reset', { body })),
  });
}

export function useFirstRun() {
  const enter = useEnter();
  return useMutation<S['Me'], ApiError, S['SetupRequest']>({
    mutationFn: (body) => answer(client.POST('/api/v1/setup', { body })),
    onSuccess: enter,
  });
}

/** The caller loads the page anew: what is known here goes with it. Emptied before, pages would ask again. */
export function useSignOut() {
  return useMutation<unknown, ApiError, void>({
    mutationFn: () => answer(client.DELETE('/api/v1/session')),
    onSettled: () => state.set('signed_out'),
  });
}

const ranks: Record<S['Role'], number> = { viewer: 0, operator: 1, admin: 2, owner: 3 };

/** Whether the person may do what needs `role`; false while that is not known. */
export function useMay(role: S['Role']): boolean {
  const { data } = useMe();
  return data !== undefined && ranks[data.role] >= ranks[role];
}
