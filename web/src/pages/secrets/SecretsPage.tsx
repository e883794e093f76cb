import { useState } from 'react';
import { useSecrets } from '../../api/secrets';
import { useMay } from '../../api/session';
import { common, roleNeeded } from '../../strings/common';
import { managerName, secrets } from '../../strings/secrets';
import type { S } from '../../types';
import { AppButton } from '../../ui/AppButton';
import { CursorPager } from '../../ui/CursorPager';
import { EmptyState } from '../../ui/EmptyState';
import { FilterLine } from '../../ui/FilterLine';
import { Foreign } from '../../ui/Foreign';
import { count } from '../../ui/format';
import { type Column, ListTable } from '../../ui/ListTable';
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
    minWidth: 200,
    cell: ({ name }) => <Foreign text={name} most={100} />,
  },
  { id: 'manager', header: secrets.manager, cell: ({ manager }) => managerName(manager) },
  {
    id: 'ref',
    header: secrets.ref,
    minWidth: 200,
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
  const { data, error, isPending, refetch } = useSecrets({ q, sort, cursor, limit: size });
  const isRefused = error?.field === 'q';
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
      <ListTable<S['Secret']>
        title={secrets.title}
        titleAs="h1"
        description={secrets.intro}
        total={data && count(data.total)}
        actions={add}
        columns={columns}
        items={data?.items}
        idOf={({ id }) => id}
        loading={isPending}
        error={isRefused ? null : error}
        onRetry={() => void refetch()}
        empty={<EmptyState title={secrets.emptyTitle} text={secrets.emptyText} action={add} />}
        onClearFilter={q ? () => list.setQuery('') : undefined}
        sort={sort || 'name'}
        onSort={list.setSort}
        pager={<CursorPager list={list} nextCursor={data?.next_cursor} />}
        filter={
          <FilterLine
            label={secrets.filter}
            placeholder={secrets.filterPlaceholder}
            value={q}
            fields={fields}
            refusal={isRefused ? error : undefined}
            onApply={list.setQuery}
          />
        }
      />
      {adding && <AddSecret onClose={() => setAdding(false)} />}
    </>
  );
}
