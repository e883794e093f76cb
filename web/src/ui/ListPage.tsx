/** A list with the filter language as text: what the server cannot read is marked in it. */
import Button from '@cloudscape-design/components/button';
import type { ReactNode } from 'react';
import { common } from '../strings/common';
import { lists } from '../strings/lists';
import { answeredList, type ListRest } from './answeredList';
import { EmptyState } from './EmptyState';
import { FilterLine } from './FilterLine';
import { ListTable } from './ListTable';
import type { FilterField } from './suggestFilter';
import type { ListUrl } from './useListUrl';

interface Filter {
  label: string;
  placeholder: string;
  fields: FilterField[];
  /** What else narrows the list, before and after the filter. */
  before?: ReactNode;
  after?: ReactNode;
}

type Props<T> = ListRest<T> & { filter?: Filter };

function Line<T>({ list, answer, filter }: Props<T>) {
  const { before, after, ...line } = filter!;
  const { error } = answer;
  const refusal = error?.field === 'q' ? { detail: error.detail, hint: error.hint } : undefined;
  return (
    <div className="filters">
      {before}
      <FilterLine {...line} value={list.q} refusal={refusal} onApply={list.setQuery} />
      {after}
    </div>
  );
}

/** The filter says what is wrong with it; the list only that nothing was looked for. */
const unreadable = (list: ListUrl) => ({
  error: null,
  onClearFilter: undefined,
  empty: (
    <EmptyState
      title={lists.unreadable}
      action={<Button onClick={() => list.setQuery('')}>{common.clearFilter}</Button>}
    />
  ),
});

export function ListPage<T>({ filter, ...rest }: Props<T>) {
  const answered = answeredList(rest);
  const isMarked = filter !== undefined && rest.answer.error?.field === 'q';
  return (
    <ListTable<T>
      {...answered}
      {...(isMarked ? unreadable(rest.list) : {})}
      {...(filter ? { filter: <Line<T> {...rest} filter={filter} /> } : {})}
    />
  );
}
