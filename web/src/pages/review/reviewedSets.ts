/** The change sets of an account that a review is about, and the one that is open in it. */
import type { ChangeSet } from '../../api/drift';
import type { ListQuery } from '../../api/queries';

const setsMost = 50;

export const setsOf = (account: string): ListQuery => ({
  q: `account=${account}`,
  sort: '-created_at',
  limit: setsMost,
});

/** Unexplained first, then by what waits; a set that the address names is shown whatever its state. */
export function reviewedSets(sets: ChangeSet[], named: string): ChangeSet[] {
  const wanted = sets.filter(({ id, state }) => state === 'open' || id === named);
  const rank = ({ kind }: ChangeSet) => (kind === 'unexplained' ? 0 : 1);
  return wanted.sort((a, b) => rank(a) - rank(b) || b.counts.open - a.counts.open);
}

export const chosenSet = (sets: ChangeSet[], named: string): ChangeSet | undefined =>
  sets.find(({ id }) => id === named) ?? sets[0];
