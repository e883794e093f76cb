import Container from '@cloudscape-design/components/container';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import { isOver } from '../../api/live/hooks';
import { common } from '../../strings/common';
import { scans as text, triggers } from '../../strings/scans';
import type { S } from '../../types';
import { AppLink } from '../../ui/AppLink';
import { Foreign } from '../../ui/Foreign';
import { count, duration } from '../../ui/format';
import { RelativeTime } from '../../ui/RelativeTime';
import { ScanState } from '../../ui/ScanState';
import { changesText } from './scanColumns';

export function ScanFacts({ scan }: { scan: S['Scan'] }) {
  const over = isOver(scan.state);
  return (
    <Container>
      <KeyValuePairs
        columns={4}
        items={[
          {
            label: text.state,
            value: <ScanState state={scan.state} coverage={scan.coverage} />,
          },
          {
            label: text.started,
            value: <RelativeTime at={scan.started_at ?? scan.created_at} />,
          },
          {
            label: text.took,
            value: scan.duration_ms === null ? common.empty : duration(scan.duration_ms),
          },
          { label: text.trigger, value: triggers[scan.trigger] },
          { label: text.resources, value: over ? count(scan.counts.resources) : common.empty },
          { label: text.changes, value: changesText(scan) },
          {
            label: text.requestedBy,
            value: scan.requested_by ? <Foreign text={scan.requested_by} /> : common.empty,
          },
          {
            label: text.snapshot,
            value: scan.snapshot_id ? (
              <AppLink href={`/scans/${scan.id}/resources`}>{text.resourcesLink}</AppLink>
            ) : (
              text.noSnapshot
            ),
          },
        ]}
      />
    </Container>
  );
}
