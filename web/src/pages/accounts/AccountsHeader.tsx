import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useMay } from '../../api/session';
import { accounts } from '../../strings/accounts';
import { common, roleNeeded } from '../../strings/common';
import { AppButton } from '../../ui/AppButton';
import { useBulkScan } from './useBulkScan';
import type { AccountRow } from './useAccountList';

interface Props {
  rows: AccountRow[];
  total: number | undefined;
  selected: AccountRow[];
  /** Cards cannot be selected: on a phone there is no bulk action. */
  canSelect: boolean;
}

const troubled = new Set(['failing', 'degraded', 'insecure_trust']);

function summaryOf(rows: AccountRow[]): string {
  const failing = rows.filter(({ account }) => troubled.has(account.status)).length;
  const pending = rows.filter(({ account }) => account.status === 'pending').length;
  const open = rows.map(({ account }) => account.open_changes);
  const all = open.flatMap((counts) => Object.values(counts)).reduce((sum, n) => sum + n, 0);
  const critical = open.reduce((sum, counts) => sum + counts.critical, 0);
  return accounts.summary(failing, pending, all, critical);
}

export function AccountsHeader({ rows, total, selected, canSelect }: Props) {
  const bulk = useBulkScan();
  const mayScan = useMay('operator');
  const mayAdd = useMay('admin');
  const noScan = mayScan ? accounts.selectFirst : roleNeeded.operator;
  const canScan = mayScan && selected.length > 0;
  return (
    <Header
      variant="awsui-h1-sticky"
      counter={total === undefined ? '' : `(${common.items(rows.length, total)})`}
      description={rows.length > 0 ? summaryOf(rows) : undefined}
      actions={
        <SpaceBetween direction="horizontal" size="xs">
          {canSelect && (
            <AppButton
              loading={bulk.isPending}
              refusedBecause={canScan ? undefined : noScan}
              onClick={() => bulk.start(selected.map(({ account }) => account.id))}
            >
              {accounts.scanSelected(selected.length)}
            </AppButton>
          )}
          <AppButton
            variant="primary"
            href="/accounts/new"
            refusedBecause={mayAdd ? undefined : roleNeeded.admin}
          >
            {accounts.add}
          </AppButton>
        </SpaceBetween>
      }
    >
      {accounts.title}
    </Header>
  );
}
