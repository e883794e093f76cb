import Box from '@cloudscape-design/components/box';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { coverage as text } from '../strings/scans';
import type { CoverageGroup } from './coverageGroups';
import { Foreign } from './Foreign';

const types = {
  failed: 'error',
  denied: 'error',
  throttled: 'warning',
  partial: 'warning',
} as const;
const mostChars = 600;
const namesMost = 40;

function Names({ label, names }: { label: string; names: string[] }) {
  const rest = names.length - namesMost;
  return (
    <div>
      <Box variant="awsui-key-label">{label}</Box>
      <span className="foreign">{names.slice(0, namesMost).join(', ')}</span>
      {rest > 0 && ` ${text.more(rest)}`}
    </div>
  );
}

/** One cause: what was missing, what it touches, what to do. */
export function CoverageGroupRow({ group }: { group: CoverageGroup }) {
  const look = group.status in types ? types[group.status as keyof typeof types] : 'info';
  return (
    <div>
      <StatusIndicator type={look}>
        {text.states[group.status]}
        {group.action && (
          <>
            {': '}
            <code>{group.action}</code>
          </>
        )}
      </StatusIndicator>
      <div className="check-detail">
        {group.reason && <Foreign text={group.reason} most={mostChars} />}{' '}
        {group.hint && <Foreign text={group.hint} most={mostChars} />}
        <ExpandableSection headerText={text.affects(group.types.length, group.scopes.length)}>
          <Names label={text.types} names={group.types} />
          <Names label={text.regions} names={group.scopes} />
        </ExpandableSection>
      </div>
    </div>
  );
}
