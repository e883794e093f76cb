import Button from '@cloudscape-design/components/button';
import { useMySessions, useRevokeOtherSessions, useRevokeSession } from '../../api/me';
import type { ApiError } from '../../api/problem';
import { profile } from '../../strings/profile';
import type { S } from '../../types';
import { EmptyState } from '../../ui/EmptyState';
import { useFlash } from '../../ui/flash';
import { Foreign } from '../../ui/Foreign';
import { clipped, visible } from '../../ui/foreignText';
import { type Column, ListTable } from '../../ui/ListTable';
import { RelativeTime } from '../../ui/RelativeTime';
import { browserName } from './browserName';

type Session = S['Session'];

const nameOf = ({ user_agent }: Session) => clipped(visible(browserName(user_agent)), 60);

function useSay() {
  const flash = useFlash();
  return {
    onError: ({ title, detail }: ApiError) =>
      flash({ type: 'error', header: title, content: detail }),
    say: (content: string) => () => flash({ type: 'success', content }),
  };
}

function EndSession({ session }: { session: Session }) {
  const { mutate, isPending } = useRevokeSession();
  const { onError, say } = useSay();
  if (session.current) return null;
  return (
    <Button
      variant="inline-link"
      loading={isPending}
      ariaLabel={profile.endOf(nameOf(session))}
      onClick={() => mutate(session.id, { onError, onSuccess: say(profile.ended) })}
    >
      {profile.end}
    </Button>
  );
}

const columns: Column<Session>[] = [
  {
    id: 'browser',
    header: profile.browser,
    heading: true,
    width: 180,
    cell: (session) => (
      <span title={visible(session.user_agent).slice(0, 300)}>
        {nameOf(session)} {session.current && <em>({profile.thisOne})</em>}
      </span>
    ),
  },
  { id: 'from', header: profile.from, cell: ({ address }) => <Foreign text={address} most={60} /> },
  {
    id: 'since',
    header: profile.signedIn,
    cell: ({ created_at }) => <RelativeTime at={created_at} />,
  },
  {
    id: 'seen',
    header: profile.seen,
    cell: ({ last_seen_at }) => <RelativeTime at={last_seen_at} />,
  },
  {
    id: 'expires',
    header: profile.expires,
    cell: ({ expires_at }) => <RelativeTime at={expires_at} />,
  },
  {
    id: 'actions',
    header: profile.actions,
    silent: true,
    cell: (session) => <EndSession session={session} />,
  },
];

/** Where the person is signed in, and out again. */
export function SessionsCard() {
  const { data, error, isPending, refetch } = useMySessions();
  const others = useRevokeOtherSessions();
  const { onError, say } = useSay();
  const hasOthers = (data?.items.length ?? 0) > 1;
  return (
    <ListTable<Session>
      title={profile.sessions}
      titleAs="h2"
      description={profile.sessionsText}
      actions={
        <Button
          disabled={!hasOthers}
          loading={others.isPending}
          onClick={() => others.mutate(undefined, { onError, onSuccess: say(profile.othersEnded) })}
        >
          {profile.endOthers}
        </Button>
      }
      columns={columns}
      items={data?.items}
      idOf={({ id }) => id}
      loading={isPending}
      error={error}
      onRetry={() => void refetch()}
      empty={<EmptyState title={profile.noSessions} />}
    />
  );
}
