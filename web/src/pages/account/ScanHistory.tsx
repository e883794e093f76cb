import Box from '@cloudscape-design/components/box';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table from '@cloudscape-design/components/table';
import { lazy, Suspense } from 'react';
import { useAccountScans } from '../../api/scans';
import { common } from '../../strings/common';
import { scans as text } from '../../strings/scans';
import type { S } from '../../types';
import { EmptyState } from '../../ui/EmptyState';
import { ErrorPanel } from '../../ui/ErrorPanel';
import { Loading } from '../../ui/Loading';
import { Pages } from '../../ui/Pages';
import { isFirstInventory } from '../../ui/ScanState';
import { useNarrow } from '../../ui/useNarrow';
import { ScanCards } from '../scans/ScanCards';
import { historyColumns } from '../scans/scanColumns';
import { useListUrl } from '../useListUrl';

const ScanChart = lazy(() => import('../../ui/ScanChart'));
const pageSize = 25;
const chartNeeds = 2;

/** Every scan of the account: what each changed as a chart, and the facts below it. */
export function ScanHistory({ account }: { account: string }) {
  const url = useListUrl();
  const narrow = useNarrow();
  const list = useAccountScans(account, { cursor: url.cursor, limit: pageSize });
  const items = list.data?.items ?? [];
  const next = list.data?.next_cursor ?? null;
  if (list.error && !list.data) {
    return (
      <ErrorPanel
        what={text.loadingFailed}
        error={list.error}
        onRetry={() => void list.refetch()}
      />
    );
  }
  const shared = {
    items,
    loading: list.isPending,
    variant: 'container' as const,
    header: (
      <Header variant="h2" counter={`(${common.items(items.length, list.data?.total ?? 0)})`}>
        {text.scansOf}
      </Header>
    ),
    pagination: (
      <Pages page={url.page} hasNext={next !== null} onPage={(page) => url.setPage(page, next)} />
    ),
    empty: <EmptyState title={text.emptyTitle} text={text.emptyText} />,
  };
  const changing = items.filter(({ snapshot_id: id, counts }) => id && !isFirstInventory(counts));
  const hasChart = changing.length >= chartNeeds;
  return (
    <SpaceBetween size="l">
      {hasChart && (
        <Box>
          <Suspense fallback={<Loading />}>
            <ScanChart scans={items} />
          </Suspense>
        </Box>
      )}
      {narrow ? (
        <ScanCards {...shared} />
      ) : (
        <Table<S['Scan']>
          {...shared}
          trackBy="id"
          loadingText={text.loading}
          columnDefinitions={historyColumns}
          ariaLabels={{ tableLabel: text.history }}
        />
      )}
    </SpaceBetween>
  );
}
