import { type ReactNode, useState } from 'react';
import { useDriftGroups } from '../../api/drift';
import { drift } from '../../strings/drift';
import type { S } from '../../types';
import { CursorPager } from '../../ui/CursorPager';
import { EmptyState } from '../../ui/EmptyState';
import { FilterLine } from '../../ui/FilterLine';
import { count } from '../../ui/format';
import { ListTable } from '../../ui/ListTable';
import { severities } from '../../ui/severity';
import { changed, type ListUrl } from '../../ui/useListUrl';
import { causeColumns } from './causeColumns';
import { CauseDecisions } from './CauseDecisions';
import { titleOf } from './groupText';

export const groupFields = [
  { name: 'severity', values: severities },
  { name: 'type' },
  { name: 'account' },
  { name: 'customer' },
  { name: 'region' },
  { name: 'category' },
  { name: 'op', values: ['added', 'removed', 'modified'] },
  { name: 'actor_class', values: ['console', 'terraform', 'cloudformation', 'sdk', 'cli'] },
];

const columns = causeColumns(
  (key) => `?${changed(new URLSearchParams(location.search), { g: key })}`,
);

export function Causes({ list, grouping }: { list: ListUrl; grouping: ReactNode }) {
  const { q, cursor, size } = list;
  const [selected, setSelected] = useState<S['DriftGroup'][]>([]);
  const { data, error, isPending, refetch } = useDriftGroups({ q, cursor, limit: size });
  const isRefused = error?.field === 'q';
  const present = selected.filter((each) => data?.items.some(({ key }) => key === each.key));
  return (
    <ListTable<S['DriftGroup']>
      title={drift.title}
      titleAs="h1"
      description={drift.intro}
      total={data && count(data.total)}
      actions={<CauseDecisions groups={present} onDone={() => setSelected([])} />}
      columns={columns}
      items={data?.items}
      idOf={({ key }) => key}
      loading={isPending}
      error={isRefused ? null : error}
      onRetry={() => void refetch()}
      empty={<EmptyState title={drift.emptyTitle} text={drift.emptyText} />}
      onClearFilter={q ? () => list.setQuery('') : undefined}
      selected={present}
      onSelect={setSelected}
      nameOf={titleOf}
      pager={<CursorPager list={list} nextCursor={data?.next_cursor} />}
      filter={
        <div className="filters">
          <FilterLine
            label={drift.filter}
            placeholder={drift.filterPlaceholder}
            value={q}
            fields={groupFields}
            refusal={isRefused ? error : undefined}
            onApply={list.setQuery}
          />
          {grouping}
        </div>
      }
    />
  );
}
