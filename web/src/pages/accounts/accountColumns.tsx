import { accounts } from '../../strings/accounts';
import { common, providerNames } from '../../strings/common';
import { AccountStatus } from '../../ui/AccountStatus';
import { AppLink } from '../../ui/AppLink';
import { Foreign } from '../../ui/Foreign';
import { count } from '../../ui/format';
import type { Column } from '../../ui/ListTable';
import { RelativeTime } from '../../ui/RelativeTime';
import { SeverityCounts } from '../../ui/SeverityCounts';
import type { AccountRow } from './useAccountList';

const nameChars = 80;

export const accountColumns: Column<AccountRow>[] = [
  {
    id: 'name',
    header: accounts.name,
    sort: 'name',
    heading: true,
    width: 190,
    cell: ({ account }) => (
      <>
        <AppLink href={`/accounts/${account.id}`}>
          <Foreign text={account.name} most={nameChars} />
        </AppLink>
        <div className="muted small">{account.native_account_id}</div>
      </>
    ),
  },
  {
    id: 'status',
    header: accounts.status,
    sort: 'status',
    width: 215,
    cell: ({ account, scanning }) => (
      <AccountStatus status={account.status} reason={account.status_reason} scanning={scanning} />
    ),
  },
  {
    id: 'drift',
    header: accounts.drift,
    width: 150,
    cell: ({ account }) => <SeverityCounts counts={account.open_changes} />,
  },
  {
    id: 'customer',
    header: accounts.customer,
    width: 140,
    cell: ({ customer }) =>
      customer ? <Foreign text={customer} most={nameChars} /> : common.empty,
  },
  {
    id: 'provider',
    header: accounts.provider,
    sort: 'provider',
    width: 120,
    cell: ({ account }) => providerNames[account.provider],
  },
  {
    id: 'resources',
    header: accounts.resources,
    sort: 'resources',
    width: 110,
    cell: ({ account }) => <div className="number">{count(account.resources)}</div>,
  },
  {
    id: 'last-scan',
    header: accounts.lastScan,
    sort: 'last_scan_at',
    width: 115,
    cell: ({ account }) => (
      <RelativeTime at={account.last_scan?.finished_at} otherwise={common.never} />
    ),
  },
];
