import { useAccounts } from '../../api/accounts';
import { common, providerNames } from '../../strings/common';
import { customers } from '../../strings/customers';
import { shell } from '../../strings/shell';
import type { S } from '../../types';
import { AccountStatus } from '../../ui/AccountStatus';
import { AppButton } from '../../ui/AppButton';
import { AppLink } from '../../ui/AppLink';
import { EmptyState } from '../../ui/EmptyState';
import { Foreign } from '../../ui/Foreign';
import { count } from '../../ui/format';
import { type Column, ListTable } from '../../ui/ListTable';
import { RelativeTime } from '../../ui/RelativeTime';
import { SeverityCounts } from '../../ui/SeverityCounts';

const accountsMost = 500;

const columns: Column<S['CloudAccount']>[] = [
  {
    id: 'name',
    header: customers.account,
    heading: true,
    width: 200,
    cell: ({ id, name, native_account_id }) => (
      <>
        <AppLink href={`/accounts/${id}`}>
          <Foreign text={name} most={100} />
        </AppLink>
        <div className="muted small">
          <Foreign text={native_account_id ?? ''} />
        </div>
      </>
    ),
  },
  {
    id: 'status',
    header: customers.status,
    width: 160,
    cell: ({ status, status_reason }) => <AccountStatus status={status} reason={status_reason} />,
  },
  {
    id: 'drift',
    header: customers.drift,
    width: 180,
    cell: ({ open_changes }) => <SeverityCounts counts={open_changes} />,
  },
  {
    id: 'provider',
    header: customers.provider,
    cell: ({ provider }) => providerNames[provider],
  },
  { id: 'resources', header: customers.resources, cell: ({ resources }) => count(resources) },
  {
    id: 'lastScan',
    header: customers.lastScan,
    cell: ({ last_scan }) => <RelativeTime at={last_scan?.finished_at} otherwise={common.never} />,
  },
];

/** The cloud accounts of one customer. */
export function CustomerAccounts({ id }: { id: string }) {
  const { data, error, isPending, refetch } = useAccounts({
    q: `customer=${id}`,
    limit: accountsMost,
  });
  const add = <AppButton href="/accounts/new">{shell.addAccount}</AppButton>;
  return (
    <ListTable<S['CloudAccount']>
      title={customers.accounts}
      titleAs="h2"
      total={data && count(data.total)}
      actions={add}
      columns={columns}
      items={data?.items}
      idOf={(account) => account.id}
      loading={isPending}
      error={error}
      onRetry={() => void refetch()}
      empty={
        <EmptyState
          title={customers.noAccountsTitle}
          text={customers.noAccountsText}
          action={add}
        />
      }
    />
  );
}
