import { useAccounts } from '../../api/accounts';
import { useCustomers } from '../../api/customers';
import { useScans } from '../../api/scans';
import type { S } from '../../types';
import type { ListUrl } from '../useListUrl';

const customersMost = 500;
const activeScans = 'state in (queued, running)';

/** An account with what the row needs beside it. */
export interface AccountRow {
  account: S['CloudAccount'];
  customer: string;
  scanning: boolean;
}

export function useAccountList(url: ListUrl) {
  const list = useAccounts({ q: url.q, sort: url.sort, cursor: url.cursor });
  const customers = useCustomers({ limit: customersMost });
  const active = useScans({ q: activeScans, limit: customersMost });
  const names = new Map(customers.data?.items.map(({ id, name }) => [id, name]));
  const scanned = new Set(active.data?.items.map((scan) => scan.account_id));
  const rows: AccountRow[] = (list.data?.items ?? []).map((account) => ({
    account,
    customer: account.customer_id ? (names.get(account.customer_id) ?? account.customer_id) : '',
    scanning: scanned.has(account.id),
  }));
  return { list, rows, customers: customers.data?.items ?? [] };
}

export type AccountList = ReturnType<typeof useAccountList>;
