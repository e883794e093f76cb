import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { accounts } from '../../strings/accounts';
import { common } from '../../strings/common';
import { ErrorPanel } from '../../ui/ErrorPanel';
import { FilterBar } from '../../ui/FilterBar';
import { Pages } from '../../ui/Pages';
import { useNarrow } from '../../ui/useNarrow';
import { usePage } from '../../ui/usePage';
import { useListUrl } from '../useListUrl';
import { AccountCards } from './AccountCards';
import { accountFields } from './accountFilter';
import { AccountsEmpty } from './AccountsEmpty';
import { AccountsHeader } from './AccountsHeader';
import { AccountsTable } from './AccountsTable';
import { useAccountList } from './useAccountList';

const crumbs = [{ text: accounts.title, href: '/accounts' }];

export function Component() {
  usePage(crumbs, 'table');
  const url = useListUrl('name');
  const narrow = useNarrow();
  const { list, rows, customers } = useAccountList(url);
  const [selected, setSelected] = useState<string[]>([]);
  const chosen = rows.filter(({ account }) => selected.includes(account.id));
  const next = list.data?.next_cursor ?? null;
  const total = list.data?.total;
  const shared = {
    rows,
    loading: list.isPending,
    header: <AccountsHeader rows={rows} total={total} selected={chosen} canSelect={!narrow} />,
    filter: (
      <SpaceBetween size="xs">
        {list.error && (
          <ErrorPanel
            what={accounts.loadingFailed}
            error={list.error}
            onRetry={() => void list.refetch()}
          />
        )}
        <FilterBar
          label={accounts.filter}
          text={url.q}
          fields={accountFields(customers)}
          countText={total === undefined ? '' : common.matches(total)}
          onText={url.setFilter}
        />
      </SpaceBetween>
    ),
    pagination: (
      <Pages page={url.page} hasNext={next !== null} onPage={(page) => url.setPage(page, next)} />
    ),
    empty: list.error ? null : (
      <AccountsEmpty filtered={url.q !== ''} onClear={() => url.setFilter('')} />
    ),
  };
  if (narrow) return <AccountCards {...shared} />;
  return (
    <AccountsTable
      {...shared}
      sort={url.sort}
      onSort={url.setSort}
      selected={chosen}
      onSelect={(some) => setSelected(some.map(({ account }) => account.id))}
    />
  );
}
