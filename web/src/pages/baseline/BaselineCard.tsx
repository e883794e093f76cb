import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import { useSnapshot } from '../../api/snapshots';
import { common } from '../../strings/common';
import { baseline as text } from '../../strings/drift';
import type { S } from '../../types';
import { AppLink } from '../../ui/AppLink';
import { Foreign } from '../../ui/Foreign';
import { count } from '../../ui/format';
import { RelativeTime } from '../../ui/RelativeTime';

function SnapshotLink({ id }: { id: string }) {
  const { data } = useSnapshot(id);
  if (!data) return <>{common.empty}</>;
  return (
    <AppLink href={`/scans/${data.scan_id}/resources`}>
      <RelativeTime at={data.taken_at} />
    </AppLink>
  );
}

/** Where the hidden differences went: a rule's name or a built-in class with its owner, and how many. */
function Hidden({ baseline }: { baseline: S['Baseline'] }) {
  const owners = baseline.hidden_by ?? [];
  if (baseline.hidden === 0) return <>{common.none}</>;
  return (
    <>
      {text.hiddenOf(baseline.hidden)}
      <ul className="grave">
        {owners.map(({ by, owner, changes }) => (
          <li key={`${by} ${owner}`}>
            <Foreign text={text.hiddenOwner(by, owner ?? '')} most={120} />: {count(changes)}
          </li>
        ))}
      </ul>
    </>
  );
}

export function BaselineCard({ baseline }: { baseline: S['Baseline'] }) {
  return (
    <Container header={<Header variant="h2">{text.title}</Header>}>
      <KeyValuePairs
        columns={3}
        items={[
          { label: text.acceptedAt, value: <RelativeTime at={baseline.accepted_at} /> },
          { label: text.acceptedBy, value: <Foreign text={baseline.accepted_by} most={100} /> },
          { label: text.snapshot, value: <SnapshotLink id={baseline.snapshot_id} /> },
          { label: text.resources, value: count(baseline.resources) },
          { label: text.overrides, value: text.overridesOf(baseline.overrides) },
          { label: text.compared, value: <RelativeTime at={baseline.evaluated_at} /> },
          { label: text.hidden, value: <Hidden baseline={baseline} /> },
          ...(baseline.note
            ? [{ label: text.note, value: <Foreign text={baseline.note} most={1000} /> }]
            : []),
        ]}
      />
    </Container>
  );
}
