import Button from '@cloudscape-design/components/button';
import { useMay } from '../../api/session';
import { accounts } from '../../strings/accounts';
import { common, roleNeeded } from '../../strings/common';
import { AppButton } from '../../ui/AppButton';
import { EmptyState } from '../../ui/EmptyState';

interface Props {
  filtered: boolean;
  onClear: () => void;
}

export function AccountsEmpty({ filtered, onClear }: Props) {
  const mayAdd = useMay('admin');
  if (filtered) {
    return (
      <EmptyState
        title={common.noMatch}
        action={<Button onClick={onClear}>{common.clearFilter}</Button>}
      />
    );
  }
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
