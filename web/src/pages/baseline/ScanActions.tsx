import SpaceBetween from '@cloudscape-design/components/space-between';
import { useBaseline } from '../../api/drift';
import { baseline } from '../../strings/drift';
import { resources } from '../../strings/resources';
import type { S } from '../../types';
import { AppButton } from '../../ui/AppButton';
import { AcceptBaseline } from './AcceptBaseline';

/** What can be done with what a scan found; nothing where it found nothing. */
export function ScanActions({ scan }: { scan: S['Scan'] }) {
  const { data } = useBaseline(scan.account_id);
  const snapshot = scan.snapshot_id;
  if (!snapshot) return null;
  const isBaseline = data?.snapshot_id === snapshot;
  const from = data && !isBaseline ? `from=${data.snapshot_id}&` : '';
  return (
    <SpaceBetween direction="horizontal" size="xs">
      <AppButton href={`/compare?${from}to=${snapshot}`}>{baseline.compare}</AppButton>
      {!isBaseline && <AcceptBaseline snapshot={snapshot} />}
      <AppButton variant="primary" href={`/scans/${scan.id}/resources`}>
        {resources.title}
      </AppButton>
    </SpaceBetween>
  );
}
