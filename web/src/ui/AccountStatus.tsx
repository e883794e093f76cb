import StatusIndicator, {
  type StatusIndicatorProps,
} from '@cloudscape-design/components/status-indicator';
import { accountStates } from '../strings/accounts';
import type { S } from '../types';
import { Foreign } from './Foreign';

const types: Record<S['AccountStatus'], StatusIndicatorProps.Type> = {
  pending: 'pending',
  connected: 'success',
  degraded: 'warning',
  failing: 'error',
  paused: 'stopped',
  insecure_trust: 'error',
};

interface Props {
  status: S['AccountStatus'];
  reason?: string | null;
  /** A scan runs at this moment: that is what the reader wants to know first. */
  scanning?: boolean;
}

const reasonChars = 160;

/** The state with its reason below it. */
export function AccountStatus({ status, reason, scanning = false }: Props) {
  return (
    <>
      <StatusIndicator type={scanning ? 'in-progress' : types[status]}>
        {accountStates[scanning ? 'scanning' : status]}
      </StatusIndicator>
      {reason && (
        <div className="muted small reason">
          <Foreign text={reason} most={reasonChars} />
        </div>
      )}
    </>
  );
}
