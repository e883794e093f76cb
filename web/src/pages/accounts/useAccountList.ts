import { useMemo } from 'react';
import { useAccounts } from '../../api/accounts';
import { everyCustomer, useCustomers } from '../../api/customers';
import { useLiveAccounts } from '../../api/live/hooks';
import { useScans } from '../../api/scans';
import type { S } from '../../types';
import type { ListAnswer } from '../../ui/answeredList';
import type { ListUrl } from '../../ui/useListUrl';
import { accountsOf, activeScans } from './accountLists';

/** An account with what the row needs beside it. */
export interface AccountRow {
  account: S['CloudAccount'];
  customer: string;
  scanning: boolean;
}

const none: never[] = [];

function rowsOf(
  accounts: S['CloudAccount'][] = none,
  customers: S['Customer'][] = none,
  scans: S['Scan'][] = none,
): AccountRow[] {
  const names = new Map(customers.map(({ id, name }) => [id, name]));
  const scanned = new Set(scans.map((scan) => scan.account_id));
  return accounts.map((account) => ({
    account,
    customer: account.customer_id ? (names.get(account.customer_id) ?? account.customer_id) : '',
    scanning: scanned.has(account.id),
  }));
}

/** The list follows what happens to its accounts. */
export function useAccountList(list: ListUrl) {
  const live = useLiveAccounts();
  const { data, error, isPending, refetch, dataUpdatedAt } = useAccounts(accountsOf(list));
  const customers = useCustomers(everyCustomer);
  const active = useScans(activeScans);
  const rows = useMemo(
    () => rowsOf(data?.items, customers.data?.items, active.data?.items),
    [data?.items, customers.data?.items, active.data?.items],
  );
  // A hundred rows are drawn once, with all that belongs to them, not three times.
  const isComplete = !customers.isPending && !active.isPending;
  const answer: ListAnswer<AccountRow> = {
    data: data && isComplete ? { ...data, items: rows } : undefined,
    error,
    isPending: isPending || (!error && !isComplete),
    refetch,
  };
  return {
    answer,
    customers: customers.data?.items ?? none,
    staleSince: live === 'polling' && data ? dataUpdatedAt : null,
  };
}
