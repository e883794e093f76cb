/** The change sets of an account that a review is about, and the one that is open in it. */
import { useMemo } from 'react';
import { type ChangeSet, useChangeSets } from '../../api/drift';

const setsMost = 50;

/** Unexplained first, then by what waits; a set that the address names is shown whatever its state. */
function ordered(sets: ChangeSet[], named: string): ChangeSet[] {
  const wanted = sets.filter(({ id, state }) => state === 'open' || id === named);
  const rank = ({ kind }: ChangeSet) => (kind === 'unexplained' ? 0 : 1);
  return wanted.sort((a, b) => rank(a) - rank(b) || b.counts.open - a.counts.open);
}

export function useSets(account: string, named: string) {
  const query = useChangeSets({ q: `account=${account}`, sort: '-created_at', limit: setsMost });
  const sets = useMemo(() => ordered([...(query.data?.items ?? [])], named), [query.data, named]);
  const chosen = sets.find(({ id }) => id === named) ?? sets[0];
  return { query, sets, chosen };
}
