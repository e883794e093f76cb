import { useState } from 'react';
import { useSecrets } from '../../api/secrets';
import { useMay } from '../../api/session';
import { common, roleNeeded } from '../../strings/common';
import { managerName, secrets } from '../../strings/secrets';
import type { S } from '../../types';
import { AppButton } from '../../ui/AppButton';
import { EmptyState } from '../../ui/EmptyState';
import { Foreign } from '../../ui/Foreign';
import { ListPage } from '../../ui/ListPage';
import type { Column } from '../../ui/ListTable';
import { RelativeTime } from '../../ui/RelativeTime';
import { useListUrl } from '../../ui/useListUrl';
import { usePage } from '../../ui/usePage';
import { AddSecret } from './AddSecret';
import { SecretActions } from './SecretActions';

const fields = [{ name: 'name' }, { name: 'manager', values: ['sealed', 'env', 'file'] }];

const columns: Column<S['Secret']>[] = [
  {
    id: 'name',
    header: secrets.name,
    heading: true,
    sort: 'name',
    width: 200,
    cell: ({ name }) => <Foreign text={name} most={100} />,
  },
  { id: 'manager', header: secrets.manager, cell: ({ manager }) => managerName(manager) },
  {
    id: 'ref',
    header: secrets.ref,
    width: 200,
    cell: ({ manager, ref, has_value }) => {
      if (manager !== 'sealed') return <Foreign text={ref} />;
      return has_value ? secrets.hasValue : common.none;
    },
  },
  {
    id: 'used',
    header: secrets.used,
    cell: ({ last_used_at }) => <RelativeTime at={last_used_at} otherwise={common.never} />,
  },
  {
    id: 'updated',
    header: secrets.updated,
    sort: 'updated_at',
    cell: ({ updated_at }) => <RelativeTime at={updated_at} />,
  },
  {
    id: 'actions',
    header: secrets.actionsHead,
    silent: true,
    width: 90,
    cell: (secret) => <SecretActions secret={secret} />,
  },
];

export function Component() {
  usePage([{ text: secrets.title, href: '/secrets' }], 'table');
  const list = useListUrl();
  const [adding, setAdding] = useState(false);
  const mayAdd = useMay('admin');
  const { q, sort, cursor, size } = list;
  const answer = useSecrets({ q, sort, cursor, limit: size });
  const add = (
    <AppButton
      variant="primary"
      refusedBecause={mayAdd ? undefined : roleNeeded.admin}
      onClick={() => setAdding(true)}
    >
      {secrets.add}
    </AppButton>
  );
  return (
    <>
      <ListPage<S['Secret']>
        title={secrets.title}
        titleAs="h1"
        description={secrets.intro}
        actions={add}
        columns={columns}
        idOf={({ id }) => id}
        list={list}
        answer={answer}
        empty={<EmptyState title={secrets.emptyTitle} text={secrets.emptyText} action={add} />}
        sort={sort || 'name'}
        filter={{ label: secrets.filter, placeholder: secrets.filterPlaceholder, fields: fields }}
      />
      {adding && <AddSecret onClose={() => setAdding(false)} />}
    </>
  );
}
