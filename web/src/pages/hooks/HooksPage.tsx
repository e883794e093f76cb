import { useMemo, useState } from 'react';
import { everyAccount, useAccounts } from '../../api/accounts';
import { everyCustomer, useCustomers } from '../../api/customers';
import { useDeploymentHooks } from '../../api/deployments';
import { useMay } from '../../api/session';
import { roleNeeded } from '../../strings/common';
import { deployments } from '../../strings/deployments';
import { hooks } from '../../strings/hooks';
import type { S } from '../../types';
import { AppButton } from '../../ui/AppButton';
import { EmptyState } from '../../ui/EmptyState';
import { ListPage } from '../../ui/ListPage';
import { useListUrl } from '../../ui/useListUrl';
import { usePage } from '../../ui/usePage';
import { HookDialog } from './HookDialog';
import { hookColumns } from './hookColumns';

const byId = (items: { id: string; name: string }[] = []) =>
  new Map(items.map(({ id, name }) => [id, name]));

function useColumns() {
  const customers = useCustomers(everyCustomer).data?.items;
  const accounts = useAccounts(everyAccount).data?.items;
  return useMemo(
    () => hookColumns({ customers: byId(customers), accounts: byId(accounts) }),
    [customers, accounts],
  );
}

export function Component() {
  usePage(
    [
      { text: deployments.title, href: '/deployments' },
      { text: hooks.title, href: '/deployments/hooks' },
    ],
    'table',
  );
  const list = useListUrl();
  const [adding, setAdding] = useState(false);
  const mayAdd = useMay('admin');
  const sort = list.sort || '-created_at';
  const answer = useDeploymentHooks({ sort, cursor: list.cursor, limit: list.size });
  const columns = useColumns();
  const add = (
    <AppButton
      variant="primary"
      refusedBecause={mayAdd ? undefined : roleNeeded.admin}
      onClick={() => setAdding(true)}
    >
      {hooks.add}
    </AppButton>
  );
  return (
    <>
      <ListPage<S['DeploymentHook']>
        title={hooks.title}
        titleAs="h1"
        description={hooks.intro}
        actions={add}
        list={list}
        answer={answer}
        sort={sort}
        columns={columns}
        idOf={({ id }) => id}
        empty={<EmptyState title={hooks.emptyTitle} text={hooks.emptyText} action={add} />}
      />
      {adding && <HookDialog onClose={() => setAdding(false)} />}
    </>
  );
}
