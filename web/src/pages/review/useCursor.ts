/** The change under review: the one that the address names, else the first that waits. */
import { useEffect, useRef, useState } from 'react';
import type { Change } from '../../api/drift';
import { currentIndex } from './reviewOrder';
import type { ReviewUrl } from './useReviewUrl';

export function useCursor(changes: Change[], url: ReviewUrl) {
  const [follow, setFollow] = useState(url.change !== '');
  const current = currentIndex(changes, url.change);
  // The address is drawn a moment after it was set, and answers arrive meanwhile: keys that come faster
  // count from what was chosen, until it is drawn.
  const chosen = useRef('');
  useEffect(() => {
    if (url.change === chosen.current || url.change === '') chosen.current = '';
  }, [url.change]);
  const at = () => {
    const ahead = chosen.current ? changes.findIndex(({ id }) => id === chosen.current) : -1;
    return ahead >= 0 ? ahead : current;
  };
  const choose = (change: Change | undefined) => {
    if (!change) return;
    chosen.current = change.id === url.change ? '' : change.id;
    setFollow(true);
    url.put({ change: change.id });
  };
  return { current, at, follow, choose };
}
