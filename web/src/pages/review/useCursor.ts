/** The change under review: the one that the address names, else the first that waits. */
import { useEffect, useRef, useState } from 'react';
import type { Change } from '../../api/drift';
import { currentIndex } from './reviewOrder';
import type { ReviewUrl } from './useReviewUrl';

export function useCursor(changes: Change[], url: ReviewUrl) {
  const [follow, setFollow] = useState(url.change !== '');
  const current = currentIndex(changes, url.change);
  // The address is drawn a moment after it was set: keys that come faster count from here.
  const at = useRef(current);
  useEffect(() => {
    at.current = current;
  }, [current, changes]);
  const choose = (change: Change | undefined) => {
    if (!change) return;
    at.current = changes.indexOf(change);
    setFollow(true);
    url.put({ change: change.id });
  };
  return { current, at, follow, choose };
}
