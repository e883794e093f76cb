import { useMemo } from 'react';
import { useChangeSets } from '../../api/drift';
import { chosenSet, reviewedSets, setsOf } from './reviewedSets';

export function useSets(account: string, named: string) {
  const query = useChangeSets(setsOf(account));
  const sets = useMemo(() => reviewedSets(query.data?.items ?? [], named), [query.data, named]);
  return { query, sets, chosen: chosenSet(sets, named) };
}
