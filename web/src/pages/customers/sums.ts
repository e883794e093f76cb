/** What the accounts of each customer add up to. */
import type { S, Severity } from '../../types';

export interface CustomerSums {
  accounts: number;
  failing: number;
  resources: number;
  lastScan: string | null;
  open: Record<Severity, number>;
}

const nothing = (): CustomerSums => ({
  accounts: 0,
  failing: 0,
  resources: 0,
  lastScan: null,
  open: { critical: 0, high: 0, medium: 0, low: 0, info: 0 },
});

const isFailing = ({ status }: S['CloudAccount']) =>
  status === 'failing' || status === 'insecure_trust';

function add(sums: CustomerSums, account: S['CloudAccount']): void {
  sums.accounts += 1;
  if (isFailing(account)) sums.failing += 1;
  sums.resources += account.resources;
  const scanned = account.last_scan?.finished_at ?? null;
  if (scanned && (!sums.lastScan || scanned > sums.lastScan)) sums.lastScan = scanned;
  for (const severity of Object.keys(sums.open) as Severity[]) {
    sums.open[severity] += account.open_changes[severity];
  }
}

export function sumsByCustomer(accounts: S['CloudAccount'][]): Map<string, CustomerSums> {
  const all = new Map<string, CustomerSums>();
  for (const account of accounts) {
    if (!account.customer_id) continue;
    const sums = all.get(account.customer_id) ?? nothing();
    add(sums, account);
    all.set(account.customer_id, sums);
  }
  return all;
}
