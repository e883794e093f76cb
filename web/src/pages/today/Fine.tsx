import Container from '@cloudscape-design/components/container';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { today as text } from '../../strings/today';
import type { S } from '../../types';
import { AppLink } from '../../ui/AppLink';
import { count } from '../../ui/format';
import { RelativeTime } from '../../ui/RelativeTime';
import { ScanDays } from './ScanDays';

/** That the rest was looked at: a short list must not be taken for a blind eye. */
export function Fine({ today }: { today: S['Today'] }) {
  const { ok, partial, failed } = today.scans_today;
  return (
    <Container>
      <div className="fine">
        <div>
          <StatusIndicator type={today.fine.accounts > 0 ? 'success' : 'info'}>
            <AppLink href="/accounts">{text.fine(today.fine.accounts)}</AppLink>
            {today.fine.last_scan && (
              <>
                , {text.lastScan} <RelativeTime at={today.fine.last_scan} />
              </>
            )}
          </StatusIndicator>
          <div>
            <AppLink href="/scans">{text.scansToday}</AppLink>: {count(ok)} {text.ok},{' '}
            {count(partial)} {text.partial}, {count(failed)} {text.failed}
          </div>
        </div>
        <ScanDays days={today.scans_by_day} />
      </div>
    </Container>
  );
}
