/** One change set under review: tree, cards, keys. */
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useMemo, useRef, useState } from 'react';
import type { Change, ChangeSet } from '../../api/drift';
import { lists } from '../../strings/lists';
import { review } from '../../strings/review';
import { ErrorPanel } from '../../ui/ErrorPanel';
import { Loading } from '../../ui/Loading';
import { useNarrow } from '../../ui/useNarrow';
import { ChangeWindow } from './ChangeWindow';
import { KeysDialog } from './KeysDialog';
import { ReviewEmpty } from './ReviewEmpty';
import { nextToReview, reviewGroups, type TreeRow, treeRows } from './reviewOrder';
import { ReviewToolbar } from './ReviewToolbar';
import { ReviewTree } from './ReviewTree';
import type { useAllChanges } from './useAllChanges';
import { useDecide } from './useDecide';
import { useDeeds } from './useDeeds';
import { useCursor } from './useCursor';
import { useReviewKeys } from './useReviewKeys';
import type { ReviewUrl } from './useReviewUrl';

interface Props {
  set: ChangeSet;
  url: ReviewUrl;
  all: ReturnType<typeof useAllChanges>;
}

/** What was decided here stays in its place until the person asks for another view. */
function useKept(view: string) {
  const [kept, setKept] = useState<{ view: string; ids: ReadonlySet<string> }>({
    view,
    ids: new Set(),
  });
  const ids = kept.view === view ? kept.ids : new Set<string>();
  const keep = (id: string) => setKept({ view, ids: new Set([...ids, id]) });
  return { ids, keep };
}

function useShown(all: Change[], url: ReviewUrl, keep: ReadonlySet<string>) {
  const { shown, severities, find } = url;
  const wanted = severities.join();
  return useMemo(() => {
    const groups = reviewGroups(all, { shown, severities, find, keep });
    return { rows: treeRows(groups), changes: groups.flatMap(({ changes }) => changes) };
    // The severities are compared by what they say.
  }, [all, shown, wanted, find, keep]);
}

function Progress({ all }: { all: Props['all'] }) {
  const decided = all.changes.filter(({ state }) => state !== 'open').length;
  return (
    <span className="muted" role="status">
      {review.changes(all.total)} · {review.reviewed(decided)}
      {!all.complete && ` · ${lists.loadingMore(all.changes.length, all.total)}`}
    </span>
  );
}

interface TreeProps {
  rows: TreeRow[];
  current: string;
  onChoose: (id: string) => void;
  onKeys: () => void;
}

function TreeColumn({ rows, current, onChoose, onKeys }: TreeProps) {
  return (
    <nav aria-label={review.tree} className="review-tree">
      <ReviewTree rows={rows} current={current} onChoose={onChoose} />
      <button type="button" className="text-button" onClick={onKeys}>
        {review.keysLine}
      </button>
    </nav>
  );
}

export function ReviewBody({ set, url, all }: Props) {
  const view = [set.id, url.shown, url.severities.join(), url.find].join(' ');
  const kept = useKept(view);
  const { rows, changes } = useShown(all.changes, url, kept.ids);
  const [keysShown, setKeysShown] = useState(false);
  const find = useRef<HTMLDivElement>(null);
  const narrow = useNarrow();
  const { current, at, follow, choose } = useCursor(changes, url);
  const decide = useDecide();
  const { deeds, dialog } = useDeeds({
    decide,
    customer: set.customer_id,
    onDecided: (change) => {
      kept.keep(change.id);
      choose(
        nextToReview(
          changes,
          changes.findIndex(({ id }) => id === change.id),
        ),
      );
    },
  });
  useReviewKeys({
    current: () => changes[at()],
    deeds,
    onMove: (by) => choose(changes[Math.min(changes.length - 1, Math.max(0, at() + by))]),
    onFind: () => find.current?.querySelector('input')?.focus(),
    onUndo: decide.undoLast,
    onHelp: () => setKeysShown(true),
  });
  if (all.loading) return <Loading />;
  return (
    <SpaceBetween size="m">
      <ReviewToolbar url={url} find={find}>
        <Progress all={all} />
      </ReviewToolbar>
      {all.error && <ErrorPanel error={all.error} onRetry={() => void all.refetch()} />}
      {changes.length === 0 && <ReviewEmpty url={url} total={all.total} />}
      {changes.length > 0 && (
        <div className="review">
          {!narrow && (
            <TreeColumn
              rows={rows}
              current={changes[current]?.id ?? ''}
              onChoose={(id) => choose(changes.find((change) => change.id === id))}
              onKeys={() => setKeysShown(true)}
            />
          )}
          <ChangeWindow
            changes={changes}
            current={current}
            follow={follow}
            deeds={deeds}
            onMove={(index) => choose(changes[index])}
          />
        </div>
      )}
      {dialog}
      {keysShown && <KeysDialog onClose={() => setKeysShown(false)} />}
    </SpaceBetween>
  );
}
