import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useEffect, useMemo } from 'react';
import type { Change } from '../../api/drift';
import { review } from '../../strings/review';
import { useFirstRows } from '../../ui/useFirstRows';
import { cardId, ChangeCard } from './ChangeCard';
import type { ChangeDeeds } from './ChangeButtons';

/** So many cards are in the page at once; the tree and the keys reach all others. */
export const windowSize = 20;

/** A card has at least some 100 px. */
const cardsInView = 10;

const idOf = ({ id }: Change) => id;

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
  const cards = useMemo(() => changes.slice(first, last), [changes, first, last]);
  const drawn = useFirstRows(cards, idOf, cardsInView);
  const currentId = changes[current]?.id;
  const isDrawn = drawn.some(({ id }) => id === currentId);
  useEffect(() => {
    if (!follow || !currentId || !isDrawn) return;
    document.getElementById(cardId(currentId))?.scrollIntoView({ block: 'nearest' });
  }, [follow, currentId, isDrawn]);
  return (
    <div className="cards" role="region" aria-label={review.list}>
      <WindowButtons first={first} last={last} count={changes.length} onMove={onMove} />
      {drawn.map((change) => (
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
