import StatusIndicator, {
  type StatusIndicatorProps,
} from '@cloudscape-design/components/status-indicator';
import { scanStates } from '../strings/scans';
import type { S } from '../types';

const types: Record<S['ScanState'], StatusIndicatorProps.Type> = {
  queued: 'pending',
  running: 'in-progress',
  succeeded: 'success',
  partial: 'warning',
  failed: 'error',
  cancelled: 'stopped',
};

/** Lists read completely, of those that the scan was to read; null where it made no snapshot. */
export function coveragePercent(coverage: S['CoverageSummary'] | null): number | null {
  if (!coverage) return null;
  const wanted = coverage.total - coverage.not_enabled - coverage.not_granted;
  if (wanted <= 0) return 100;
  return Math.floor((coverage.complete / wanted) * 100);
}

/** A first inventory finds everything anew: that is no change. */
export function isFirstInventory({ resources, added, modified, removed }: S['Counts']): boolean {
  return resources > 0 && added === resources && modified + removed === 0;
}

interface Props {
  state: S['ScanState'];
  coverage?: S['CoverageSummary'] | null;
}

export function ScanState({ state, coverage = null }: Props) {
  const percent = state === 'partial' ? coveragePercent(coverage) : null;
  return (
    <StatusIndicator type={types[state]}>
      {scanStates[state]}
      {percent !== null && ` ${percent} %`}
    </StatusIndicator>
  );
}
