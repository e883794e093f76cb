import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table from '@cloudscape-design/components/table';
import { useAccounts } from '../../api/accounts';
import { useScans } from '../../api/scans';
import { common } from '../../strings/common';
import { scans as text, scanStates, triggers } from '../../strings/scans';
import type { S } from '../../types';
import { AppButton } from '../../ui/AppButton';
import { EmptyState } from '../../ui/EmptyState';
import { ErrorPanel } from '../../ui/ErrorPanel';
import { FilterBar, type FilterField } from '../../ui/FilterBar';
import { Pages } from '../../ui/Pages';
import { useNarrow } from '../../ui/useNarrow';
import { usePage } from '../../ui/usePage';
import { useListUrl } from '../useListUrl';
import { ScanCards } from './ScanCards';
import { allScansColumns } from './scanColumns';

const crumbs = [{ text: text.title, href: '/scans' }];
const accountsMost = 500;

function fields(names: Map<string, string>): FilterField[] {
  const choices = (of: Record<string, string>) =>
    Object.entries(of).map(([value, label]) => ({ value, label }));
  return [
    { key: 'state', label: text.state, operators: ['=', '!='], options: choices(scanStates) },
    { key: 'trigger', label: text.trigger, operators: ['=', '!='], options: choices(triggers) },
    {
      key: 'account',
      label: text.account,
      operators: ['=', '!=', ':'],
      options: [...names.values()].map((value) => ({ value })),
    },
  ];
}

export function Component() {
  usePage(crumbs, 'table');
  const url = useListUrl();
  const narrow = useNarrow();
  const list = useScans({ q: url.q, sort: url.sort, cursor: url.cursor });
  const accounts = useAccounts({ limit: accountsMost });
  const names = new Map(accounts.data?.items.map(({ id, name }) => [id, name]));
  const items = list.data?.items ?? [];
  const total = list.data?.total;
  const next = list.data?.next_cursor ?? null;
  const shared = {
    items,
    loading: list.isPending,
    variant: 'full-page' as const,
    header: (
      <Header
        variant="awsui-h1-sticky"
        counter={total === undefined ? '' : `(${common.items(items.length, total)})`}
      >
        {text.title}
      </Header>
    ),
    filter: (
      <SpaceBetween size="xs">
        {list.error && (
          <ErrorPanel
            what={text.loadingFailed}
            error={list.error}
            onRetry={() => void list.refetch()}
          />
        )}
        <FilterBar
          label={text.filter}
          text={url.q}
          fields={fields(names)}
          countText={total === undefined ? '' : common.matches(total)}
          onText={url.setFilter}
        />
      </SpaceBetween>
    ),
    pagination: (
      <Pages page={url.page} hasNext={next !== null} onPage={(page) => url.setPage(page, next)} />
    ),
    empty: url.q ? (
      <EmptyState title={common.noMatch} />
    ) : (
      <EmptyState
        title={text.emptyTitle}
        text={text.emptyText}
        action={<AppButton href="/accounts">{text.toAccounts}</AppButton>}
      />
    ),
  };
  if (narrow) return <ScanCards {...shared} names={names} />;
  return (
    <Table<S['Scan']>
      {...shared}
      stickyHeader
      resizableColumns
      enableKeyboardNavigation
      trackBy="id"
      loadingText={text.loading}
      columnDefinitions={allScansColumns(names)}
      ariaLabels={{ tableLabel: text.title }}
    />
  );
}
