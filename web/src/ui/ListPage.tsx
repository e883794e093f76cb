/** A list with the filter language as text: what the server cannot read is marked in it. */
import type { ReactNode } from 'react';
import { answeredList, type ListRest } from './answeredList';
import { FilterLine } from './FilterLine';
import { ListTable } from './ListTable';
import type { FilterField } from './suggestFilter';

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

export function ListPage<T>({ filter, ...rest }: Props<T>) {
  const answered = answeredList(rest);
  const isMarked = filter !== undefined && rest.answer.error?.field === 'q';
  return (
    <ListTable<T>
      {...answered}
      error={isMarked ? null : answered.error}
      {...(filter ? { filter: <Line<T> {...rest} filter={filter} /> } : {})}
    />
  );
}
