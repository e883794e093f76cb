import Alert from '@cloudscape-design/components/alert';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { connection } from '../strings/access';
import { categoryName, categoryNames } from '../strings/categories';
import type { S } from '../types';
import { Foreign } from './Foreign';

const types = { pass: 'success', fail: 'error', warn: 'warning', skipped: 'stopped' } as const;
const mostChars = 1500;

/** Checks of reading are one for each category of the catalogue: they have the names that lists have. */
function titleOf({ id, title }: S['Check']): string {
  const category = /^read_(\w+)$/.exec(id)?.[1] ?? '';
  return category in categoryNames ? connection.reading(categoryName(category)) : title;
}

function FailedCheck({ check }: { check: S['Check'] }) {
  return (
    <Alert type="error" header={connection.failedCheck(titleOf(check))}>
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
            <StatusIndicator type={types[check.status]}>{titleOf(check)}</StatusIndicator>
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
