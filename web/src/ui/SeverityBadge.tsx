import Badge from '@cloudscape-design/components/badge';
import { severityNames } from '../strings/common';
import type { Severity } from '../types';
import { severityColours } from './severity';

interface Props {
  severity: Severity;
  /** How many; left out for one thing. */
  count?: number;
}

export function SeverityBadge({ severity, count }: Props) {
  const name = severityNames[severity];
  return (
    <Badge color={severityColours[severity]}>
      {count === undefined ? name : `${count} ${name}`}
    </Badge>
  );
}
