import SpaceBetween from '@cloudscape-design/components/space-between';
import Toggle from '@cloudscape-design/components/toggle';
import { useUpdateAccount } from '../../api/accounts';
import { useMay } from '../../api/session';
import { account as text } from '../../strings/account';
import type { S } from '../../types';
import { useFlash } from '../../ui/flash';
import { RelativeTime } from '../../ui/RelativeTime';

interface Props {
  account: S['CloudAccount'];
}

function Schedule({ account }: Props) {
  if (account.auto_scan) {
    return (
      <span className="muted small">
        {text.every(account.auto_scan_hours)} · {text.next}{' '}
        <RelativeTime at={account.next_scan_at} />
      </span>
    );
  }
  const waits = account.native_account_id === null;
  return <span className="muted small">{waits ? text.autoScanWaits : text.autoScanOff}</span>;
}

/** Whether the account is scanned by itself, and when next. */
export function AutoScan({ account }: Props) {
  const flash = useFlash();
  const mayChange = useMay('admin');
  const { mutate, isPending } = useUpdateAccount(account.id);
  const change = (on: boolean) =>
    mutate(
      { patch: { auto_scan: on } },
      {
        onError: (error) =>
          flash({ type: 'error', header: text.autoScanFailed, content: error.detail }),
      },
    );
  return (
    <SpaceBetween size="xxs">
      <Toggle
        checked={account.auto_scan}
        disabled={!mayChange || isPending}
        onChange={({ detail }) => change(detail.checked)}
      >
        {text.autoScan}
      </Toggle>
      <Schedule account={account} />
    </SpaceBetween>
  );
}
