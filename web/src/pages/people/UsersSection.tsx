import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { useMe } from '../../api/session';
import { useUsers } from '../../api/users';
import { people } from '../../strings/people';
import type { S } from '../../types';
import { EmptyState } from '../../ui/EmptyState';
import { ListPage } from '../../ui/ListPage';
import { useListUrl } from '../../ui/useListUrl';
import { InviteDialog } from './InviteDialog';
import { SecondFactorSwitch } from './SecondFactorSwitch';
import { useCustomerNames } from './useCustomerNames';
import { userColumns } from './userColumns';

const truth = ['true', 'false'];
const fields = [
  { name: 'email' },
  { name: 'name' },
  { name: 'role', values: ['owner', 'admin', 'operator', 'viewer'] },
  { name: 'disabled', values: truth },
  { name: 'mfa', values: truth },
  { name: 'created_at' },
  { name: 'last_sign_in_at' },
];

/** Settings: who may use Patrol here. */
export default function UsersSection() {
  const list = useListUrl();
  const [inviting, setInviting] = useState(false);
  const me = useMe().data?.id ?? '';
  const { nameOf } = useCustomerNames();
  const { q, cursor, size } = list;
  const sort = list.sort || 'email';
  const answer = useUsers({ q, sort, cursor, limit: size });
  return (
    <SpaceBetween size="m">
      <SecondFactorSwitch />
      <ListPage<S['User']>
        title={people.users}
        titleAs="h2"
        description={people.usersText}
        actions={
          <Button variant="primary" onClick={() => setInviting(true)}>
            {people.invite}
          </Button>
        }
        list={list}
        answer={answer}
        sort={sort}
        columns={userColumns({ me, nameOf })}
        idOf={({ id }) => id}
        filter={{ label: people.filter, placeholder: people.filterPlaceholder, fields }}
        empty={<EmptyState title={people.emptyTitle} text={people.emptyText} />}
      />
      {inviting && <InviteDialog onClose={() => setInviting(false)} />}
    </SpaceBetween>
  );
}
