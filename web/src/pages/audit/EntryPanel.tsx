import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import SpaceBetween from '@cloudscape-design/components/space-between';
import SplitPanel from '@cloudscape-design/components/split-panel';
import type { AuditEntry } from '../../api/audit';
import { audit } from '../../strings/audit';
import { common } from '../../strings/common';
import { Copied } from '../../ui/Copied';
import { ErrorPanel, type ShownError } from '../../ui/ErrorPanel';
import { Foreign } from '../../ui/Foreign';
import { absolute } from '../../ui/format';
import { PathDiff } from '../../ui/PathDiff';
import { actorText, objectText } from './auditColumns';
import { changedPaths } from './changedPaths';

function Facts({ entry }: { entry: AuditEntry }) {
  const { actor, object, address, outcome, reason, note, trace_id: traceId } = entry;
  const kindOf = (kind: string | null) => (kind ? ` (${kind})` : '');
  return (
    <KeyValuePairs
      columns={2}
      items={[
        { label: audit.when, value: absolute(entry.time) },
        {
          label: audit.who,
          value: <Foreign text={actorText(entry) + kindOf(audit.actorKinds[actor.kind])} />,
        },
        { label: audit.object, value: <Foreign text={objectText(entry) + kindOf(object.kind)} /> },
        { label: audit.from, value: <Foreign text={address ?? common.empty} /> },
        { label: audit.outcome, value: audit.outcomes[outcome] },
        ...(reason ? [{ label: audit.reason, value: <Foreign text={reason} /> }] : []),
        ...(note ? [{ label: audit.note, value: <Foreign text={note} most={4000} /> }] : []),
        ...(traceId ? [{ label: audit.traceId, value: <Copied text={traceId} /> }] : []),
      ]}
    />
  );
}

function Content({ entry }: { entry: AuditEntry }) {
  const paths = changedPaths(entry);
  return (
    <SpaceBetween size="l">
      <Facts entry={entry} />
      {paths.length > 0 ? (
        <PathDiff label={audit.changed} paths={paths} />
      ) : (
        <span className="muted">{audit.nothingChanged}</span>
      )}
    </SpaceBetween>
  );
}

interface Props {
  seq: number;
  /** undefined where there is no such entry. */
  entry: AuditEntry | undefined;
  error: ShownError | null;
  loading: boolean;
}

export function EntryPanel({ seq, entry, error, loading }: Props) {
  const header = entry ? `${audit.entry(seq)}: ${entry.action}` : audit.entry(seq);
  return (
    <SplitPanel header={header} closeBehavior="hide">
      {entry && <Content entry={entry} />}
      {!entry && error && <ErrorPanel error={error} />}
      {!entry && !error && (loading ? common.loading : audit.notHere)}
    </SplitPanel>
  );
}
