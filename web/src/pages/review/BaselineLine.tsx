import { type ChangeSet, useBaseline } from '../../api/drift';
import { useSnapshot } from '../../api/snapshots';
import { review } from '../../strings/review';
import { AppLink } from '../../ui/AppLink';
import { RelativeTime } from '../../ui/RelativeTime';

function SnapshotLink({ id, otherwise }: { id: string; otherwise: string }) {
  const { data } = useSnapshot(id);
  if (!data) return <>{otherwise}</>;
  return (
    <AppLink href={`/scans/${data.scan_id}`}>
      <RelativeTime at={data.taken_at} otherwise={otherwise} />
    </AppLink>
  );
}

/** "Baseline 2 d ago → newest snapshot 6 h ago". */
export function BaselineLine({ account, set }: { account: string; set: ChangeSet }) {
  const { data: baseline } = useBaseline(account);
  return (
    <>
      {review.baseline} {baseline ? <SnapshotLink id={baseline.snapshot_id} otherwise="" /> : null}{' '}
      → {review.snapshot} <SnapshotLink id={set.snapshot_id} otherwise="" />. {review.intro}{' '}
      {baseline && (
        <AppLink href={`/compare?from=${baseline.snapshot_id}&to=${set.snapshot_id}`}>
          {review.compareAll}
        </AppLink>
      )}
    </>
  );
}
