import Alert from '@cloudscape-design/components/alert';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { coverage as text } from '../../strings/scans';
import type { S } from '../../types';
import { count } from '../../ui/format';
import { coveragePercent } from '../../ui/ScanState';
import { CoverageProblems } from './CoverageProblems';

const counted = [
  'complete',
  'partial',
  'denied',
  'throttled',
  'failed',
  'not_granted',
  'not_enabled',
] as const;

function Verdict({ coverage }: { coverage: S['CoverageSummary'] }) {
  const percent = coveragePercent(coverage) ?? 0;
  const troubled = coverage.partial + coverage.denied + coverage.throttled + coverage.failed > 0;
  if (!troubled) return <StatusIndicator type="success">{text.complete}</StatusIndicator>;
  return (
    <Alert type="warning" header={text.partialTitle(percent)}>
      {text.partialText}
    </Alert>
  );
}

/** How much of what was to be read was read, and what was missing for the rest. */
export function CoverageCard({ scan }: { scan: S['Scan'] }) {
  const { coverage } = scan;
  if (!coverage) return null;
  const troubled = coverage.partial + coverage.denied + coverage.throttled + coverage.failed > 0;
  return (
    <Container header={<Header variant="h2">{text.title}</Header>}>
      <SpaceBetween size="m">
        <Verdict coverage={coverage} />
        <KeyValuePairs
          columns={4}
          items={counted
            .filter((status) => coverage[status] > 0)
            .map((status) => ({ label: text.states[status], value: count(coverage[status]) }))}
        />
        {coverage.not_granted > 0 && <span>{text.notGranted(coverage.not_granted)}</span>}
        {troubled && <CoverageProblems scan={scan.id} />}
      </SpaceBetween>
    </Container>
  );
}
