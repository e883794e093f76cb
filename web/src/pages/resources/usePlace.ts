/** What the address says about where and when, as a place of the API. */
import { useMemo } from 'react';
import type { Place } from '../../api/resources';
import { useAccountScans } from '../../api/scans';
import type { S } from '../../types';

const scansShown = 100;

export interface TakenSnapshot {
  id: string;
  at: string;
}

function takenBy(scans: S['Scan'][]): TakenSnapshot[] {
  return scans.flatMap(({ snapshot_id, finished_at, created_at }) =>
    snapshot_id ? [{ id: snapshot_id, at: finished_at ?? created_at ?? '' }] : [],
  );
}

/** The snapshots of an account, newest first. */
export function useSnapshotsOf(account: string): TakenSnapshot[] | undefined {
  const { data } = useAccountScans(account, { limit: scansShown }, account !== '');
  return useMemo(() => data && takenBy(data.items), [data]);
}

/** Without an account: everything as it is now. With one: its chosen snapshot, else its newest. */
export function usePlace(account: string, chosen: string) {
  const snapshots = useSnapshotsOf(account);
  const snapshot = chosen || (account ? (snapshots?.[0]?.id ?? '') : '');
  const at = useMemo<Place>(() => (snapshot ? { snapshot } : {}), [snapshot]);
  return { account, snapshots: snapshots ?? [], at };
}
