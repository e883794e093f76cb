import Box from '@cloudscape-design/components/box';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import type { useTestAccount } from '../../api/accounts';
import { connection } from '../../strings/access';
import { Checks } from '../../ui/Checks';
import { ErrorPanel } from '../../ui/ErrorPanel';
import { RelativeTime } from '../../ui/RelativeTime';

interface Props {
  test: ReturnType<typeof useTestAccount>;
}

/** What the newest test of this page found; while it runs, that it does. */
export function TestResult({ test }: Props) {
  const { data, error, isPending } = test;
  if (isPending) {
    return (
      <div role="status">
        <StatusIndicator type="loading">{connection.testing}</StatusIndicator>
      </div>
    );
  }
  if (error) return <ErrorPanel what={connection.testFailed} error={error} />;
  if (!data) return null;
  return (
    <SpaceBetween size="s">
      <div role="status">
        <StatusIndicator type={data.ok ? 'success' : 'error'}>
          {data.ok ? connection.passed : connection.failed}
        </StatusIndicator>
        {data.tested_at && (
          <Box display="inline" color="text-body-secondary" margin={{ left: 'xs' }}>
            {connection.at} <RelativeTime at={data.tested_at} />
          </Box>
        )}
      </div>
      <Checks checks={data.checks} />
    </SpaceBetween>
  );
}
