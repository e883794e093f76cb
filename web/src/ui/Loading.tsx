import Box from '@cloudscape-design/components/box';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { useEffect, useState } from 'react';
import { common } from '../strings/common';

const waitBeforeSaying = 300;

/** Says nothing for a moment: what comes at once needs no spinner. */
export function Loading({ what = common.loading }: { what?: string }) {
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), waitBeforeSaying);
    return () => clearTimeout(timer);
  }, []);
  return (
    <Box padding="xxl" textAlign="center">
      {late ? <StatusIndicator type="loading">{what}</StatusIndicator> : <span aria-busy="true" />}
    </Box>
  );
}
