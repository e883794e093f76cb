import { useChangeSets } from '../../api/drift';
import { drift } from '../../strings/drift';
import type { S } from '../../types';
import { EmptyState } from '../../ui/EmptyState';
import { ListPage } from '../../ui/ListPage';
import { Stale } from '../../ui/Stale';
import { severities } from '../../ui/severity';
import type { DriftListProps } from './DriftListProps';
import { setColumns } from './setColumns';

const fields = [
  { name: 'severity', values: severities },
  { name: 'account' },
  { name: 'customer' },
  { name: 'kind', values: ['unexplained', 'deployment'] },
  { name: 'created_at' },
];

/** The open change sets, the worst first. */
export function AccountSets({ list, grouping, paused }: DriftListProps) {
  const { q, cursor, size } = list;
  const sort = list.sort || '-severity';
  const answer = useChangeSets({
    q: q ? `state=open and (${q})` : 'state=open',
    sort,
    cursor,
    limit: size,
  });
  return (
    <ListPage<S['ChangeSet']>
      title={drift.title}
      titleAs="h1"
      description={
        <>
          {drift.intro} {paused && answer.data && <Stale at={answer.dataUpdatedAt} />}
        </>
      }
      columns={setColumns}
      idOf={({ id }) => id}
      list={list}
      answer={answer}
      empty={<EmptyState title={drift.emptyTitle} text={drift.emptyText} />}
      sort={sort}
      filter={{
        label: drift.filter,
        placeholder: drift.filterPlaceholder,
        fields,
        after: grouping,
      }}
    />
  );
}
