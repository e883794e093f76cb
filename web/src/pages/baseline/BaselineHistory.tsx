import ExpandableSection from '@cloudscape-design/components/expandable-section';
import { useState } from 'react';
import { useBaselines } from '../../api/drift';
import { baseline as text } from '../../strings/drift';
import { ErrorPanel } from '../../ui/ErrorPanel';
import { Foreign } from '../../ui/Foreign';
import { Loading } from '../../ui/Loading';
import { RelativeTime } from '../../ui/RelativeTime';

function Baselines({ account }: { account: string }) {
  const { data, error, refetch } = useBaselines(account);
  if (error) return <ErrorPanel error={error} onRetry={() => void refetch()} />;
  if (!data) return <Loading />;
  return (
    <ul className="relations">
      {data.items.map(({ id, active, accepted_at, accepted_by, note }) => (
        <li key={id}>
          <RelativeTime at={accepted_at} />
          <Foreign text={accepted_by} most={100} />
          {active && <strong>{text.active}</strong>}
          {note && (
            <span className="muted">
              <Foreign text={note} most={300} />
            </span>
          )}
        </li>
      ))}
    </ul>
  );
}

/** Who accepted what when; read when somebody opens it. */
export function BaselineHistory({ account }: { account: string }) {
  const [open, setOpen] = useState(false);
  return (
    <ExpandableSection
      headerText={text.history}
      expanded={open}
      onChange={({ detail }) => setOpen(detail.expanded)}
    >
      {open && <Baselines account={account} />}
    </ExpandableSection>
  );
}
