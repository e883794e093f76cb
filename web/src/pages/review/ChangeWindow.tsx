import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useEffect } from 'react';
import type { Change } from '../../api/drift';
import { review } from '../../strings/review';
import { cardId, ChangeCard } from './ChangeCard';
import type { ChangeDeeds } from './ChangeButtons';

/** So many cards are in the page at once; the tree and the keys reach all others. */
export const windowSize = 20;

interface Props {
  changes: Change[];
  current: number;
  /** Moved by a key or the tree: the card is brought into sight. */
  follow: boolean;
  deeds: ChangeDeeds;
  onMove: (index: number) => void;
}

interface WindowProps {
  first: number;
  last: number;
  count: number;
  onMove: (index: number) => void;
}

function WindowButtons({ first, last, count, onMove }: WindowProps) {
  if (count <= windowSize) return null;
  return (
    <SpaceBetween direction="horizontal" size="xs" alignItems="center">
      <Button iconName="angle-up" disabled={first === 0} onClick={() => onMove(first - windowSize)}>
        {review.previousChanges}
      </Button>
      <span className="muted">{review.page(first + 1, last, count)}</span>
      <Button iconName="angle-down" disabled={last === count} onClick={() => onMove(last)}>
        {review.nextChanges}
      </Button>
    </SpaceBetween>
  );
}

export function ChangeWindow({ changes, current, follow, deeds, onMove }: Props) {
  const first = Math.floor(Math.max(0, current) / windowSize) * windowSize;
  const last = Math.min(changes.length, first + windowSize);
  const currentId = changes[current]?.id;
  useEffect(() => {
    if (!follow || !currentId) return;
    document.getElementById(cardId(currentId))?.scrollIntoView({ block: 'nearest' });
  }, [follow, currentId]);
  return (
    <div className="cards" role="region" aria-label={review.list}>
      <WindowButtons first={first} last={last} count={changes.length} onMove={onMove} />
      {changes.slice(first, last).map((change) => (
        <ChangeCard
          key={change.id}
          change={change}
          current={change.id === currentId}
          deeds={deeds}
        />
      ))}
      <WindowButtons first={first} last={last} count={changes.length} onMove={onMove} />
    </div>
  );
}
