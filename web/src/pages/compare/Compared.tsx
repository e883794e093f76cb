import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useMemo } from 'react';
import { useSnapshotDiff } from '../../api/snapshots';
import { categoryName } from '../../strings/categories';
import { lists } from '../../strings/lists';
import { resources } from '../../strings/resources';
import type { S } from '../../types';
import { EmptyState } from '../../ui/EmptyState';
import { ErrorPanel } from '../../ui/ErrorPanel';
import { Loading } from '../../ui/Loading';
import { OpCounts } from '../../ui/OpCounts';
import { ComparedChange } from './ComparedChange';

/** Changes by category, in the order in which the categories appear. */
function byCategory(changes: S['Change'][]): [string, S['Change'][]][] {
  const groups = new Map<string, S['Change'][]>();
  for (const change of changes) {
    const group = groups.get(change.category);
    if (group) group.push(change);
    else groups.set(change.category, [change]);
  }
  return [...groups].sort(([a], [b]) => categoryName(a).localeCompare(categoryName(b)));
}

function NotChanges({ counts }: { counts: S['ChangePage']['counts'] }) {
  return (
    <>
      {counts.newly_visible > 0 && (
        <Alert type="info">{resources.newlyVisible(counts.newly_visible)}</Alert>
      )}
      {counts.unknown > 0 && <Alert type="info">{resources.unknown(counts.unknown)}</Alert>}
    </>
  );
}

export function Compared({ from, to }: { from: string; to: string }) {
  const diff = useSnapshotDiff(from, to);
  const pages = diff.data;
  const changes = useMemo(() => pages?.flatMap(({ items }) => items) ?? [], [pages]);
  const groups = useMemo(() => byCategory(changes), [changes]);
  const first = pages?.[0];
  if (diff.error && !first) {
    return <ErrorPanel error={diff.error} onRetry={() => void diff.refetch()} />;
  }
  if (!first) return <Loading />;
  return (
    <SpaceBetween size="m">
      <OpCounts counts={first.counts} />
      <NotChanges counts={first.counts} />
      {changes.length === 0 && <EmptyState title={resources.compareNone} />}
      {groups.map(([category, members]) => (
        <section key={category} aria-label={categoryName(category)}>
          <h2 className="group-title">
            {categoryName(category)} <span className="muted">({members.length})</span>
          </h2>
          <SpaceBetween size="s">
            {members.map((change) => (
              <ComparedChange key={change.resource.id} change={change} />
            ))}
          </SpaceBetween>
        </section>
      ))}
      {diff.error && <ErrorPanel error={diff.error} onRetry={() => void diff.fetchNextPage()} />}
      {diff.hasNextPage && (
        <Button loading={diff.isFetchingNextPage} onClick={() => void diff.fetchNextPage()}>
          {lists.more} ({changes.length.toLocaleString('en')} / {first.total.toLocaleString('en')})
        </Button>
      )}
    </SpaceBetween>
  );
}
