import { useMay } from '../../api/session';
import { accounts } from '../../strings/accounts';
import { roleNeeded } from '../../strings/common';
import { AppButton } from '../../ui/AppButton';
import { EmptyState } from '../../ui/EmptyState';

export function AccountsEmpty() {
  const mayAdd = useMay('admin');
  return (
    <EmptyState
      title={accounts.emptyTitle}
      text={accounts.emptyText}
      action={
        <AppButton href="/accounts/new" refusedBecause={mayAdd ? undefined : roleNeeded.admin}>
          {accounts.add}
        </AppButton>
      }
    />
  );
}
