/**
 * What happened to a resource, newest first, read from its versions. A version lasts from its first to
 * its last snapshot; one that is not live has ended because a complete scan did not find it any more.
 */
import type { S } from '../../types';

type Version = S['Version'];

export interface HistoryEntry {
  key: string;
  kind: 'changed' | 'first' | 'gone' | 'back';
  at: string | null;
  paths: Version['paths'];
}

/** The server answers so many versions; the oldest of a full answer need not be the first. */
export const versionsMost = 100;

const gone = (version: Version): HistoryEntry => ({
  key: `gone ${version.last_seq}`,
  kind: 'gone',
  at: version.until,
  paths: [],
});

function appearance(version: Version, older: Version | undefined, whole: boolean): HistoryEntry[] {
  const { first_seq: seq, from: at, paths } = version;
  if (!older) return [{ key: `v ${seq}`, kind: whole ? 'first' : 'changed', at, paths }];
  const wasAway = older.last_seq + 1 < seq;
  if (!wasAway) return [{ key: `v ${seq}`, kind: 'changed', at, paths }];
  return [{ key: `v ${seq}`, kind: 'back', at, paths }, gone(older)];
}

export function historyEntries(versions: Version[]): HistoryEntry[] {
  const whole = versions.length < versionsMost;
  const entries = versions.flatMap((version, index) =>
    appearance(version, versions[index + 1], whole),
  );
  const [newest] = versions;
  return newest && !newest.live ? [gone(newest), ...entries] : entries;
}
