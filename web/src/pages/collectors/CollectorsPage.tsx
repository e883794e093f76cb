import { useMemo, useState } from 'react';
import { useCollectors } from '../../api/collectors';
import { everyCustomer, useCustomers } from '../../api/customers';
import { useMay } from '../../api/session';
import { collectors } from '../../strings/collectors';
import { roleNeeded } from '../../strings/common';
import type { S } from '../../types';
import { AppButton } from '../../ui/AppButton';
import { EmptyState } from '../../ui/EmptyState';
import { ListPage } from '../../ui/ListPage';
import { useListUrl } from '../../ui/useListUrl';
import { usePage } from '../../ui/usePage';
import { AddCollector } from './AddCollector';
import { collectorColumns } from './collectorColumns';

const fields = [{ name: 'name' }, { name: 'customer' }, { name: 'host' }, { name: 'version' }];

function useColumns() {
  const customers = useCustomers(everyCustomer).data?.items;
  return useMemo(
    () => collectorColumns(new Map(customers?.map(({ id, name }) => [id, name]))),
    [customers],
  );
}

export function Component() {
  usePage([{ text: collectors.title, href: '/collectors' }], 'table');
  const list = useListUrl();
  const [adding, setAdding] = useState(false);
  const mayAdd = useMay('admin');
  const { q, sort, cursor, size } = list;
  const answer = useCollectors({ q, sort: sort || 'name', cursor, limit: size });
  const columns = useColumns();
  const add = (
    <AppButton
      variant="primary"
      refusedBecause={mayAdd ? undefined : roleNeeded.admin}
      onClick={() => setAdding(true)}
    >
      {collectors.add}
    </AppButton>
  );
  return (
    <>
      <ListPage<S['Collector']>
        title={collectors.title}
        titleAs="h1"
        description={collectors.intro}
        actions={add}
        columns={columns}
        idOf={({ id }) => id}
        list={list}
        answer={answer}
        empty={
          <EmptyState title={collectors.emptyTitle} text={collectors.emptyText} action={add} />
        }
        sort={sort || 'name'}
        filter={{
          label: collectors.filter,
          placeholder: collectors.filterPlaceholder,
          fields,
        }}
      />
      {adding && <AddCollector onClose={() => setAdding(false)} />}
    </>
  );
}
