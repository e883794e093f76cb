import SpaceBetween from '@cloudscape-design/components/space-between';
import SplitPanel from '@cloudscape-design/components/split-panel';
import { useDriftGroups } from '../../api/drift';
import type { ListQuery } from '../../api/queries';
import { drift } from '../../strings/drift';
import type { S } from '../../types';
import { EmptyState } from '../../ui/EmptyState';
import { ErrorPanel } from '../../ui/ErrorPanel';
import { Loading } from '../../ui/Loading';
import { PathDiff } from '../../ui/PathDiff';
import { SeverityBadge } from '../../ui/SeverityBadge';
import { TypeName } from '../../ui/TypeName';
import { CausePlaces } from './CausePlaces';
import { titleOf } from './groupText';
import { namedGroup } from './namedGroup';

const groupsMost = 500;

interface Props {
  groupKey: string;
  /** The list beside which it stands: it holds the group. */
  query: ListQuery;
}

function Cause({ group }: { group: S['DriftGroup'] }) {
  return (
    <SpaceBetween size="m">
      <div>
        <SeverityBadge severity={group.severity} /> <TypeName type={group.type} />
      </div>
      {group.paths.length > 0 && <PathDiff label={drift.example} paths={group.paths} />}
      <CausePlaces group={group} />
    </SpaceBetween>
  );
}

export function CausePanel({ groupKey, query }: Props) {
  const listed = useDriftGroups(query);
  const inList = listed.data && namedGroup(listed.data.items, groupKey);
  const isExact = inList?.key === groupKey;
  // A link may name a cause that is on no page that was looked at.
  const all = useDriftGroups({ limit: groupsMost }, listed.data !== undefined && !isExact);
  const inAll = !isExact && all.data ? namedGroup(all.data.items, groupKey) : undefined;
  const group = inAll ?? inList;
  return (
    <SplitPanel header={group ? titleOf(group) : drift.cause} closeBehavior="hide">
      {group && <Cause group={group} />}
      {!group && all.data && <EmptyState title={drift.causeGone} text={drift.causeGoneText} />}
      {!group && all.error && <ErrorPanel error={all.error} onRetry={() => void all.refetch()} />}
      {!group && !all.data && !all.error && <Loading />}
    </SplitPanel>
  );
}
