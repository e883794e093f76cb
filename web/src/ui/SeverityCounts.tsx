import Badge from '@cloudscape-design/components/badge';
import { common, severityNames } from '../strings/common';
import type { Severity } from '../types';
import { count } from './format';
import { severities, severityColours } from './severity';

interface Props {
  counts: Record<Severity, number>;
}

/** Open changes by severity, worst first, with full words on hover and for screen readers. */
export function SeverityCounts({ counts }: Props) {
  const some = severities.filter((severity) => counts[severity] > 0);
  if (some.length === 0) return <span className="muted">{common.none}</span>;
  return (
    <span className="badges">
      {some.map((severity) => (
        <span key={severity} title={`${count(counts[severity])} ${severityNames[severity]}`}>
          <Badge color={severityColours[severity]}>
            {count(counts[severity])} <abbr>{severityNames[severity].charAt(0)}</abbr>
            <span className="only-heard">{severityNames[severity]}</span>
          </Badge>
        </span>
      ))}
    </span>
  );
}
