/** Whether a scan has changed the drift of an account since the page read it. */
import { useEffect, useState } from 'react';
import { useRefreshDrift } from '../../api/drift';
import { useLive } from '../../api/live/live';

const askEvery = 30_000;

/**
 * What others decide is put in at once; what a scan changed waits for the person: a change under review
 * must not vanish under the hand.
 */
export function useNewerScan(account: string, snapshot: string) {
  const refresh = useRefreshDrift();
  const [first, setFirst] = useState(snapshot);
  const [changed, setChanged] = useState(false);
  const live = useLive('drift', (event) => {
    if (event.account_id !== account) return;
    if (event.kind === 'changed' || event.kind === 'baseline') setChanged(true);
  });
  useEffect(() => {
    if (live !== 'polling') return;
    const timer = setInterval(() => void refresh(), askEvery);
    return () => clearInterval(timer);
  });
  useEffect(() => {
    if (first === '') setFirst(snapshot);
  }, [first, snapshot]);
  const newer = changed || (first !== '' && snapshot !== '' && snapshot !== first);
  return {
    newer,
    refresh: () => {
      setChanged(false);
      setFirst(snapshot);
      void refresh();
    },
  };
}
