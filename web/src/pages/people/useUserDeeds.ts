import { useState } from 'react';
import type { ApiError } from '../../api/problem';
import { useEndUserSessions, useInviteAgain, useResetLink, useUpdateUser } from '../../api/users';
import { people } from '../../strings/people';
import type { S } from '../../types';
import { useFlash } from '../../ui/flash';
import { clipped, visible } from '../../ui/foreignText';
import type { OneTimeLink } from './ShownLink';

/** What is done to a user at once, without a dialog before it. */
export function useUserDeeds(user: S['User']) {
  const [link, setLink] = useState<OneTimeLink | null>(null);
  const flash = useFlash();
  const invite = useInviteAgain();
  const reset = useResetLink();
  const sessions = useEndUserSessions();
  const update = useUpdateUser();
  const name = clipped(visible(user.email), 60);
  const onError = ({ title, detail }: ApiError) =>
    flash({ type: 'error', header: title, content: detail });
  const say = (content: string) => () => flash({ type: 'success', content });
  const deeds: Record<string, () => void> = {
    invite: () =>
      invite.mutate(user.id, {
        onError,
        onSuccess: ({ invite_url: url, invite_expires_at: expiresAt }) =>
          setLink({ url, expiresAt, warning: people.inviteLink(name) }),
      }),
    reset: () =>
      reset.mutate(user.id, {
        onError,
        onSuccess: ({ reset_url: url, reset_expires_at: expiresAt }) =>
          setLink({ url, expiresAt, warning: people.resetLink(name) }),
      }),
    sessions: () => sessions.mutate(user.id, { onError, onSuccess: say(people.signedOut(name)) }),
    turn: () =>
      update.mutate(
        { id: user.id, patch: { disabled: !user.disabled } },
        { onError, onSuccess: say((user.disabled ? people.enabled : people.disabled)(name)) },
      ),
  };
  const pending = [invite, reset, sessions, update].some(({ isPending }) => isPending);
  return { deeds, pending, link, closeLink: () => setLink(null) };
}
