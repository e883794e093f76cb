import Button from '@cloudscape-design/components/button';
import StatusIndicator, {
  type StatusIndicatorProps,
} from '@cloudscape-design/components/status-indicator';
import type { Change } from '../../api/drift';
import { review } from '../../strings/review';
import { Foreign } from '../../ui/Foreign';
import { RelativeTime } from '../../ui/RelativeTime';

const types: Record<Change['state'], StatusIndicatorProps.Type> = {
  open: 'pending',
  accepted: 'success',
  rejected: 'error',
  snoozed: 'stopped',
  reverted: 'success',
  superseded: 'info',
};

interface Props {
  change: Change;
  name: string;
  onReopen?: (() => void) | undefined;
}

const canReopen = (state: Change['state']) =>
  state === 'accepted' || state === 'rejected' || state === 'snoozed';

/** What was decided, by whom and when; and the way back. */
export function ChangeState({ change, name, onReopen }: Props) {
  return (
    <span className="decided-line">
      <StatusIndicator type={types[change.state]}>
        {review.states[change.state]}
        {change.snoozed_until && change.state === 'snoozed' && (
          <>
            {' '}
            {review.until} <RelativeTime at={change.snoozed_until} />
          </>
        )}
      </StatusIndicator>
      {change.decided_by && (
        <span className="muted small">
          {review.by} <Foreign text={change.decided_by} most={80} />,{' '}
          <RelativeTime at={change.decided_at} />
        </span>
      )}
      {onReopen && canReopen(change.state) && (
        <Button variant="inline-link" ariaLabel={review.reopenOf(name)} onClick={onReopen}>
          {review.reopen}
        </Button>
      )}
    </span>
  );
}
