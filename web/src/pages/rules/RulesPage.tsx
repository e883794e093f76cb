import { useState } from 'react';
import { useRules } from '../../api/rules';
import { useMay } from '../../api/session';
import { roleNeeded } from '../../strings/common';
import { rules } from '../../strings/rules';
import type { S } from '../../types';
import { AppButton } from '../../ui/AppButton';
import { CursorPager } from '../../ui/CursorPager';
import { EmptyState } from '../../ui/EmptyState';
import { FilterLine } from '../../ui/FilterLine';
import { count } from '../../ui/format';
import { ListTable } from '../../ui/ListTable';
import { useListUrl } from '../../ui/useListUrl';
import { usePage } from '../../ui/usePage';
import { RuleDialog } from './RuleDialog';
import { ruleColumns } from './ruleColumns';

const fields = [
  { name: 'name' },
  { name: 'action', values: ['ignore', 'severity'] },
  { name: 'type' },
  { name: 'enabled', values: ['true', 'false'] },
  { name: 'builtin', values: ['true', 'false'] },
  { name: 'reason' },
  { name: 'owner' },
  { name: 'created_at' },
  { name: 'expires_at' },
];

export function Component() {
  usePage([{ text: rules.title, href: '/rules' }], 'table');
  const list = useListUrl();
  const [adding, setAdding] = useState(false);
  const mayAdd = useMay('operator');
  const { q, cursor, size } = list;
  // What people made comes first; the built-in classes are the oldest.
  const sort = list.sort || '-created_at';
  const { data, error, isPending, refetch } = useRules({ q, sort, cursor, limit: size });
  const isRefused = error?.field === 'q';
  return (
    <>
      <ListTable<S['Rule']>
        title={rules.title}
        titleAs="h1"
        description={rules.intro}
        total={data && count(data.total)}
        actions={
          <AppButton
            variant="primary"
            refusedBecause={mayAdd ? undefined : roleNeeded.operator}
            onClick={() => setAdding(true)}
          >
            {rules.add}
          </AppButton>
        }
        columns={ruleColumns}
        items={data?.items}
        idOf={({ id }) => id}
        loading={isPending}
        error={isRefused ? null : error}
        onRetry={() => void refetch()}
        empty={<EmptyState title={rules.emptyTitle} text={rules.emptyText} />}
        onClearFilter={q ? () => list.setQuery('') : undefined}
        sort={sort}
        onSort={list.setSort}
        pager={<CursorPager list={list} nextCursor={data?.next_cursor} />}
        filter={
          <FilterLine
            label={rules.filter}
            placeholder={rules.filterPlaceholder}
            value={q}
            fields={fields}
            refusal={isRefused ? error : undefined}
            onApply={list.setQuery}
          />
        }
      />
      {adding && <RuleDialog onClose={() => setAdding(false)} />}
    </>
  );
}
