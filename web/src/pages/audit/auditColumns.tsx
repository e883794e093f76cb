import StatusIndicator from '@cloudscape-design/components/status-indicator';
import type { AuditEntry } from '../../api/audit';
import { audit } from '../../strings/audit';
import { common } from '../../strings/common';
import { AppLink } from '../../ui/AppLink';
import { Foreign } from '../../ui/Foreign';
import type { Column } from '../../ui/ListTable';
import { RelativeTime } from '../../ui/RelativeTime';

const indicators = { done: 'success', refused: 'stopped', unknown: 'warning' } as const;

export function actorText({ actor }: AuditEntry): string {
  return actor.name || actor.id || audit.actorKinds[actor.kind];
}

export function objectText({ object }: AuditEntry): string {
  return object.name || object.id || common.empty;
}

function Named({ text, kind }: { text: string; kind: string | null }) {
  return (
    <>
      <Foreign text={text} most={100} />
      {kind && <div className="muted small">{kind}</div>}
    </>
  );
}

export function auditColumns(hrefOf: (entry: AuditEntry) => string): Column<AuditEntry>[] {
  return [
    {
      id: 'what',
      header: audit.what,
      heading: true,
      width: 200,
      cell: (entry) => (
        <AppLink href={hrefOf(entry)} ariaLabel={`${audit.open(entry.action)}, ${entry.seq}`}>
          <code>{entry.action}</code>
        </AppLink>
      ),
    },
    {
      id: 'who',
      header: audit.who,
      width: 210,
      cell: (entry) => <Named text={actorText(entry)} kind={audit.actorKinds[entry.actor.kind]} />,
    },
    {
      id: 'object',
      header: audit.object,
      width: 210,
      cell: (entry) => <Named text={objectText(entry)} kind={entry.object.kind} />,
    },
    {
      id: 'when',
      header: audit.when,
      sort: 'time',
      cell: ({ time }) => <RelativeTime at={time} />,
    },
    {
      id: 'from',
      header: audit.from,
      cell: ({ address }) => <Foreign text={address ?? common.empty} most={60} />,
    },
    {
      id: 'outcome',
      header: audit.outcome,
      cell: ({ outcome }) => (
        <StatusIndicator type={indicators[outcome]}>{audit.outcomes[outcome]}</StatusIndicator>
      ),
    },
  ];
}
