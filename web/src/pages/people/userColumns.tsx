import StatusIndicator, {
  type StatusIndicatorProps,
} from '@cloudscape-design/components/status-indicator';
import { common } from '../../strings/common';
import { people } from '../../strings/people';
import type { S } from '../../types';
import { Foreign } from '../../ui/Foreign';
import type { Column } from '../../ui/ListTable';
import { RelativeTime } from '../../ui/RelativeTime';
import { UserActions } from './UserActions';

type User = S['User'];

const types: Record<User['state'], StatusIndicatorProps.Type> = {
  active: 'success',
  invited: 'pending',
  disabled: 'stopped',
};

export interface Facts {
  /** Id of the person who looks. */
  me: string;
  nameOf: Map<string, string>;
}

function seenBy({ customers }: User, nameOf: Facts['nameOf']): string {
  if (!customers) return people.everyCustomer;
  return customers.map((id) => nameOf.get(id) ?? id).join(', ');
}

export function userColumns({ me, nameOf }: Facts): Column<User>[] {
  return [
    {
      id: 'email',
      header: people.email,
      heading: true,
      sort: 'email',
      width: 200,
      cell: ({ id, email, name }) => (
        <>
          <Foreign text={email} most={100} /> {id === me && <em>({people.you})</em>}
          {name && (
            <div className="muted small">
              <Foreign text={name} most={80} />
            </div>
          )}
        </>
      ),
    },
    { id: 'role', header: people.role, cell: ({ role }) => common.roleNames[role] },
    {
      id: 'sees',
      header: people.sees,
      width: 150,
      cell: (user) => <Foreign text={seenBy(user, nameOf)} most={160} />,
    },
    {
      id: 'state',
      header: people.state,
      cell: ({ state }) => (
        <StatusIndicator type={types[state]}>{people.states[state]}</StatusIndicator>
      ),
    },
    {
      id: 'mfa',
      header: people.mfa,
      cell: ({ mfa, state }) => (state === 'invited' ? '' : mfa ? people.mfaOn : people.mfaOff),
    },
    {
      id: 'seen',
      header: people.lastSignIn,
      sort: 'last_sign_in_at',
      cell: ({ last_sign_in_at: at }) => <RelativeTime at={at} otherwise={common.never} />,
    },
    {
      id: 'actions',
      header: people.actions,
      silent: true,
      width: 100,
      cell: (user) => <UserActions user={user} />,
    },
  ];
}
