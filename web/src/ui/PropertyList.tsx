/** A list that is filtered by choosing properties and values. */
import { answeredList, type ListRest } from './answeredList';
import { common } from '../strings/common';
import { FilterBar, type FilterField } from './FilterBar';
import { ListTable } from './ListTable';

type Props<T> = ListRest<T> & { filter: { label: string; fields: FilterField[] } };

export function PropertyList<T>({ filter, ...rest }: Props<T>) {
  const { list, answer } = rest;
  return (
    <ListTable<T>
      {...answeredList(rest)}
      filter={
        <FilterBar
          {...filter}
          text={list.q}
          countText={answer.data ? common.matches(answer.data.total) : ''}
          onText={list.setQuery}
        />
      }
    />
  );
}
