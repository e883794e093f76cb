import SpaceBetween from '@cloudscape-design/components/space-between';
import Toggle from '@cloudscape-design/components/toggle';
import { useUpdateAccount } from '../../api/accounts';
import { useAccountScans } from '../../api/scans';
import { useMay } from '../../api/session';
import { account as text } from '../../strings/account';
import type { S } from '../../types';
import { useFlash } from '../../ui/flash';
import { RelativeTime } from '../../ui/RelativeTime';

const hoursADay = 24;
const scansLooked = 25;

interface Props {
  account: S['CloudAccount'];
}

/** What scanning by itself asks of the customer's account, from what the last scan asked. */
function CallsADay({ account }: Props) {
  const { data } = useAccountScans(account.id, { limit: scansLooked });
  const calls = data?.items.find(({ counts }) => counts.calls > 0)?.counts.calls ?? 0;
  if (calls === 0) return null;
  return <> · {text.callsADay(Math.round((calls * hoursADay) / account.auto_scan_hours))}</>;
}

function Schedule({ account }: Props) {
  if (account.auto_scan) {
    return (
      <span className="muted small">
        {text.every(account.auto_scan_hours)} · {text.next}{' '}
        <RelativeTime at={account.next_scan_at} />
        <CallsADay account={account} />
      </span>
    );
  }
  const waits = account.native_account_id === null;
  return (
    <span className="muted small">
      {waits ? text.autoScanWaits : text.autoScanOff}
      <CallsADay account={account} />
    </span>
  );
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
