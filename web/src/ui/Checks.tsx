import Alert from '@cloudscape-design/components/alert';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { connection } from '../strings/access';
import type { S } from '../types';
import { Foreign } from './Foreign';

const types = { pass: 'success', fail: 'error', warn: 'warning', skipped: 'stopped' } as const;
const mostChars = 1500;

function FailedCheck({ check }: { check: S['Check'] }) {
  return (
    <Alert type="error" header={connection.failedCheck(check.title)}>
      <SpaceBetween size="xxs">
        <Foreign text={check.detail} most={mostChars} />
        {check.hint && (
          <div className="pre-line">
            <Foreign text={check.hint} most={mostChars} />
          </div>
        )}
      </SpaceBetween>
    </Alert>
  );
}

/** The checks of a connection test in their order; a failed one with what to do about it. */
export function Checks({ checks }: { checks: S['Check'][] }) {
  return (
    <SpaceBetween size="xs">
      {checks.map((check) =>
        check.status === 'fail' ? (
          <FailedCheck key={check.id} check={check} />
        ) : (
          <div key={check.id}>
            <StatusIndicator type={types[check.status]}>{check.title}</StatusIndicator>
            {(check.detail || check.hint) && (
              <div className="muted small check-detail">
                <Foreign text={[check.detail, check.hint].join(' ').trim()} most={mostChars} />
              </div>
            )}
          </div>
        ),
      )}
    </SpaceBetween>
  );
}
