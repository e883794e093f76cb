import { useState } from 'react';
import { useDeployments } from '../../api/deployments';
import { useMay } from '../../api/session';
import { roleNeeded } from '../../strings/common';
import { deployments } from '../../strings/deployments';
import type { S } from '../../types';
import { AppButton } from '../../ui/AppButton';
import { CursorPager } from '../../ui/CursorPager';
import { EmptyState } from '../../ui/EmptyState';
import { FilterLine } from '../../ui/FilterLine';
import { count } from '../../ui/format';
import { ListTable } from '../../ui/ListTable';
import { useListUrl } from '../../ui/useListUrl';
import { usePage } from '../../ui/usePage';
import { deploymentColumns } from './deploymentColumns';
import { WindowDialog } from './WindowDialog';

const fields = [
  { name: 'name' },
  { name: 'state', values: Object.keys(deployments.states) },
  { name: 'source', values: Object.keys(deployments.sources) },
  { name: 'customer' },
  { name: 'commit' },
  { name: 'created_by' },
  { name: 'started_at' },
  { name: 'ended_at' },
];

export function Component() {
  usePage([{ text: deployments.title, href: '/deployments' }], 'table');
  const list = useListUrl();
  const [opening, setOpening] = useState(false);
  const mayOpen = useMay('operator');
  const sort = list.sort || '-started_at';
  const { q, cursor, size } = list;
  const { data, error, isPending, refetch } = useDeployments({ q, sort, cursor, limit: size });
  const isRefused = error?.field === 'q';
  return (
    <>
      <ListTable<S['Deployment']>
        title={deployments.title}
        titleAs="h1"
        description={deployments.intro}
        total={data && count(data.total)}
        actions={
          <AppButton
            refusedBecause={mayOpen ? undefined : roleNeeded.operator}
            onClick={() => setOpening(true)}
          >
            {deployments.open}
          </AppButton>
        }
        columns={deploymentColumns}
        items={data?.items}
        idOf={({ id }) => id}
        loading={isPending}
        error={isRefused ? null : error}
        onRetry={() => void refetch()}
        empty={<EmptyState title={deployments.emptyTitle} text={deployments.emptyText} />}
        onClearFilter={q ? () => list.setQuery('') : undefined}
        sort={sort}
        onSort={list.setSort}
        pager={<CursorPager list={list} nextCursor={data?.next_cursor} />}
        filter={
          <FilterLine
            label={deployments.filter}
            placeholder={deployments.filterPlaceholder}
            value={q}
            fields={fields}
            refusal={isRefused ? error : undefined}
            onApply={list.setQuery}
          />
        }
      />
      {opening && <WindowDialog onClose={() => setOpening(false)} />}
    </>
  );
}
