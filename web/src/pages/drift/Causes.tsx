import { useState } from 'react';
import { useDriftGroups } from '../../api/drift';
import { drift } from '../../strings/drift';
import type { S } from '../../types';
import { EmptyState } from '../../ui/EmptyState';
import { ListPage } from '../../ui/ListPage';
import { Stale } from '../../ui/Stale';
import { severities } from '../../ui/severity';
import { changed } from '../../ui/useListUrl';
import { causeColumns } from './causeColumns';
import { CauseDecisions } from './CauseDecisions';
import type { DriftListProps } from './DriftListProps';
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

export function Causes({ list, grouping, paused }: DriftListProps) {
  const { q, cursor, size } = list;
  const [selected, setSelected] = useState<S['DriftGroup'][]>([]);
  const answer = useDriftGroups({ q, cursor, limit: size });
  const present = selected.filter((each) => answer.data?.items.some(({ key }) => key === each.key));
  return (
    <ListPage<S['DriftGroup']>
      title={drift.title}
      titleAs="h1"
      description={
        <>
          {drift.intro} {paused && answer.data && <Stale at={answer.dataUpdatedAt} />}
        </>
      }
      actions={<CauseDecisions groups={present} onDone={() => setSelected([])} />}
      columns={columns}
      idOf={({ key }) => key}
      list={list}
      answer={answer}
      empty={<EmptyState title={drift.emptyTitle} text={drift.emptyText} />}
      selected={present}
      onSelect={setSelected}
      nameOf={titleOf}
      fixedOrder
      filter={{
        label: drift.filter,
        placeholder: drift.filterPlaceholder,
        fields: groupFields,
        after: grouping,
      }}
    />
  );
}
