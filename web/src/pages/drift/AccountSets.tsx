import type { ReactNode } from 'react';
import { useChangeSets } from '../../api/drift';
import { drift } from '../../strings/drift';
import type { S } from '../../types';
import { CursorPager } from '../../ui/CursorPager';
import { EmptyState } from '../../ui/EmptyState';
import { FilterLine } from '../../ui/FilterLine';
import { count } from '../../ui/format';
import { ListTable } from '../../ui/ListTable';
import { severities } from '../../ui/severity';
import type { ListUrl } from '../../ui/useListUrl';
import { setColumns } from './setColumns';

const fields = [
  { name: 'severity', values: severities },
  { name: 'account' },
  { name: 'customer' },
  { name: 'kind', values: ['unexplained', 'deployment'] },
  { name: 'created_at' },
];

/** The open change sets, the worst first. */
export function AccountSets({ list, grouping }: { list: ListUrl; grouping: ReactNode }) {
  const { q, cursor, size } = list;
  const sort = list.sort || '-severity';
  const { data, error, isPending, refetch } = useChangeSets({
    q: q ? `state=open and (${q})` : 'state=open',
    sort,
    cursor,
    limit: size,
  });
  const isRefused = error?.field === 'q';
  return (
    <ListTable<S['ChangeSet']>
      title={drift.title}
      titleAs="h1"
      description={drift.intro}
      total={data && count(data.total)}
      columns={setColumns}
      items={data?.items}
      idOf={({ id }) => id}
      loading={isPending}
      error={isRefused ? null : error}
      onRetry={() => void refetch()}
      empty={<EmptyState title={drift.emptyTitle} text={drift.emptyText} />}
      onClearFilter={q ? () => list.setQuery('') : undefined}
      sort={sort}
      onSort={list.setSort}
      pager={<CursorPager list={list} nextCursor={data?.next_cursor} />}
      filter={
        <div className="filters">
          <FilterLine
            label={drift.filter}
            placeholder={drift.filterPlaceholder}
            value={q}
            fields={fields}
            refusal={isRefused ? { detail: error.detail, hint: error.hint } : undefined}
            onApply={list.setQuery}
          />
          {grouping}
        </div>
      }
    />
  );
}
