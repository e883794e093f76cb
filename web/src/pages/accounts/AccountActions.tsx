import { useMay } from '../../api/session';
import { accounts } from '../../strings/accounts';
import { roleNeeded } from '../../strings/common';
import { Actions } from '../../ui/Actions';
import type { AccountRow } from './useAccountList';
import { useBulkScan } from './useBulkScan';

export function AccountActions({ selected }: { selected: AccountRow[] }) {
  const bulk = useBulkScan();
  const mayScan = useMay('operator');
  const mayAdd = useMay('admin');
  const noScan = mayScan ? accounts.selectFirst : roleNeeded.operator;
  const canScan = mayScan && selected.length > 0;
  return (
    <Actions
      actions={[
        {
          id: 'scan',
          text: accounts.scanSelected(selected.length),
          loading: bulk.isPending,
          refusedBecause: canScan ? undefined : noScan,
          onClick: () => bulk.start(selected.map(({ account }) => account.id)),
        },
        {
          id: 'add',
          text: accounts.add,
          primary: true,
          href: '/accounts/new',
          refusedBecause: mayAdd ? undefined : roleNeeded.admin,
        },
      ]}
    />
  );
}
