import { useMemo, useState } from 'react';
import { everyAccount, useAccounts } from '../../api/accounts';
import { useCustomers } from '../../api/customers';
import { useMay } from '../../api/session';
import { common, roleNeeded } from '../../strings/common';
import { customers } from '../../strings/customers';
import type { S } from '../../types';
import { AppButton } from '../../ui/AppButton';
import { AppLink } from '../../ui/AppLink';
import { EmptyState } from '../../ui/EmptyState';
import { Foreign } from '../../ui/Foreign';
import { count } from '../../ui/format';
import { LabelBadges } from '../../ui/LabelBadges';
import { ListPage } from '../../ui/ListPage';
import type { Column } from '../../ui/ListTable';
import { RelativeTime } from '../../ui/RelativeTime';
import { SeverityCounts } from '../../ui/SeverityCounts';
import { useListUrl } from '../../ui/useListUrl';
import { usePage } from '../../ui/usePage';
import { CustomerDialog } from './CustomerDialog';
import { type CustomerSums, sumsByCustomer } from './sums';

const fields = [{ name: 'name' }, { name: 'notes' }, { name: 'label.' }, { name: 'created_at' }];

function columnsWith(sums: Map<string, CustomerSums>): Column<S['Customer']>[] {
  return [
    {
      id: 'name',
      header: customers.one,
      heading: true,
      sort: 'name',
      width: 220,
      cell: ({ id, name, labels }) => (
        <>
          <AppLink href={`/customers/${id}`}>
            <Foreign text={name} most={100} />
          </AppLink>
          <div>
            <LabelBadges labels={labels} />
          </div>
        </>
      ),
    },
    {
      id: 'drift',
      header: customers.drift,
      width: 180,
      cell: ({ id }) => {
        const open = sums.get(id)?.open;
        return open ? <SeverityCounts counts={open} /> : common.none;
      },
    },
    {
      id: 'failing',
      header: customers.failing,
      cell: ({ id }) => sums.get(id)?.failing ?? 0,
    },
    { id: 'accounts', header: customers.accounts, cell: ({ accounts }) => count(accounts) },
    {
      id: 'resources',
      header: customers.resources,
      cell: ({ id }) => count(sums.get(id)?.resources ?? 0),
    },
    {
      id: 'lastScan',
      header: customers.lastScan,
      cell: ({ id }) => (
        <RelativeTime at={sums.get(id)?.lastScan ?? null} otherwise={common.never} />
      ),
    },
  ];
}

function AddButton({ onClick }: { onClick: () => void }) {
  const mayAdd = useMay('admin');
  return (
    <AppButton
      variant="primary"
      refusedBecause={mayAdd ? undefined : roleNeeded.admin}
      onClick={onClick}
    >
      {customers.add}
    </AppButton>
  );
}

export function Component() {
  usePage([{ text: customers.title, href: '/customers' }], 'table');
  const list = useListUrl();
  const [adding, setAdding] = useState(false);
  const { q, sort, cursor, size } = list;
  const answer = useCustomers({
    q,
    sort: sort || 'name',
    cursor,
    limit: size,
  });
  const accounts = useAccounts(everyAccount);
  const columns = useMemo(
    () => columnsWith(sumsByCustomer(accounts.data?.items ?? [])),
    [accounts.data],
  );
  const add = <AddButton onClick={() => setAdding(true)} />;
  return (
    <>
      <ListPage<S['Customer']>
        title={customers.title}
        titleAs="h1"
        actions={add}
        columns={columns}
        idOf={({ id }) => id}
        list={list}
        answer={answer}
        empty={<EmptyState title={customers.emptyTitle} text={customers.emptyText} action={add} />}
        sort={sort || 'name'}
        filter={{
          label: customers.filter,
          placeholder: customers.filterPlaceholder,
          fields: fields,
        }}
      />
      {adding && <CustomerDialog onClose={() => setAdding(false)} />}
    </>
  );
}
