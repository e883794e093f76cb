import { useAccounts } from '../../api/accounts';
import { useCustomers } from '../../api/customers';
import { useLiveAccounts } from '../../api/live/hooks';
import { useScans } from '../../api/scans';
import type { S } from '../../types';
import type { ListAnswer } from '../../ui/answeredList';
import type { ListUrl } from '../../ui/useListUrl';

const customersMost = 500;
const activeScans = 'state in (queued, running)';

/** An account with what the row needs beside it. */
export interface AccountRow {
  account: S['CloudAccount'];
  customer: string;
  scanning: boolean;
}

/** The list follows what happens to its accounts. */
export function useAccountList({ q, cursor, size }: ListUrl, sort: string) {
  useLiveAccounts();
  const { data, error, isPending, refetch } = useAccounts({ q, sort, cursor, limit: size });
  const customers = useCustomers({ limit: customersMost });
  const active = useScans({ q: activeScans, limit: customersMost });
  const names = new Map(customers.data?.items.map(({ id, name }) => [id, name]));
  const scanned = new Set(active.data?.items.map((scan) => scan.account_id));
  const rows = data?.items.map((account) => ({
    account,
    customer: account.customer_id ? (names.get(account.customer_id) ?? account.customer_id) : '',
    scanning: scanned.has(account.id),
  }));
  const answer: ListAnswer<AccountRow> = {
    data: data && rows && { ...data, items: rows },
    error,
    isPending,
    refetch,
  };
  return { answer, customers: customers.data?.items ?? [] };
}
