import { accounts } from '../../strings/accounts';
import type { AccountRow } from './useAccountList';

const troubled = new Set(['failing', 'degraded', 'insecure_trust']);

/** The rows in one line: what fails, what waits, what is open. */
export function summaryOf(rows: AccountRow[]): string {
  const failing = rows.filter(({ account }) => troubled.has(account.status)).length;
  const pending = rows.filter(({ account }) => account.status === 'pending').length;
  const open = rows.map(({ account }) => account.open_changes);
  const all = open.flatMap((counts) => Object.values(counts)).reduce((sum, n) => sum + n, 0);
  const critical = open.reduce((sum, counts) => sum + counts.critical, 0);
  return accounts.summary(failing, pending, all, critical);
}
