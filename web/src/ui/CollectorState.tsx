import StatusIndicator, {
  type StatusIndicatorProps,
} from '@cloudscape-design/components/status-indicator';
import { collectors } from '../strings/collectors';
import type { S } from '../types';

const types: Record<S['Collector']['state'], StatusIndicatorProps.Type> = {
  waiting: 'pending',
  online: 'success',
  offline: 'error',
  revoked: 'stopped',
};

export function CollectorState({ state }: { state: S['Collector']['state'] }) {
  return <StatusIndicator type={types[state]}>{collectors.states[state]}</StatusIndicator>;
}
