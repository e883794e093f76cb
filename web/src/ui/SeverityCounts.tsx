import Badge from '@cloudscape-design/components/badge';
import { common, severityNames } from '../strings/common';
import type { S, Severity } from '../types';
import { count } from './format';

const order: Severity[] = ['critical', 'high', 'medium', 'low', 'info'];
const colours = {
  critical: 'severity-critical',
  high: 'severity-high',
  medium: 'severity-medium',
  low: 'severity-low',
  info: 'severity-neutral',
} as const;

interface Props {
  counts: S['CloudAccount']['open_changes'];
}

/** Open changes by severity, worst first, with full words on hover and for screen readers. */
export function SeverityCounts({ counts }: Props) {
  const some = order.filter((severity) => counts[severity] > 0);
  if (some.length === 0) return <span className="muted">{common.none}</span>;
  return (
    <span className="badges">
      {some.map((severity) => (
        <span key={severity} title={`${count(counts[severity])} ${severityNames[severity]}`}>
          <Badge color={colours[severity]}>
            {count(counts[severity])} <abbr>{severityNames[severity].charAt(0)}</abbr>
            <span className="only-heard">{severityNames[severity]}</span>
          </Badge>
        </span>
      ))}
    </span>
  );
}
