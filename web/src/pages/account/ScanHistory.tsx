import Box from '@cloudscape-design/components/box';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { lazy, Suspense } from 'react';
import { useAccountScans } from '../../api/scans';
import { scans as text } from '../../strings/scans';
import type { S } from '../../types';
import { EmptyState } from '../../ui/EmptyState';
import { ListPage } from '../../ui/ListPage';
import { Loading } from '../../ui/Loading';
import { isFirstInventory } from '../../ui/ScanState';
import { useListUrl } from '../../ui/useListUrl';
import { historyColumns } from '../scans/scanColumns';

const ScanChart = lazy(() => import('../../ui/ScanChart'));
const chartNeeds = 2;
const chartMost = 25;

/** Every scan of the account: what each changed as a chart, and the facts below it. */
export function ScanHistory({ account }: { account: string }) {
  const list = useListUrl();
  const { cursor, size } = list;
  const answer = useAccountScans(account, { cursor, limit: size });
  const items = (answer.data?.items ?? []).slice(0, chartMost);
  const changing = items.filter(({ snapshot_id: id, counts }) => id && !isFirstInventory(counts));
  return (
    <SpaceBetween size="l">
      {changing.length >= chartNeeds && (
        <Box>
          <Suspense fallback={<Loading />}>
            <ScanChart scans={items} />
          </Suspense>
        </Box>
      )}
      <ListPage<S['Scan']>
        title={text.history}
        titleAs="h2"
        list={list}
        answer={answer}
        fixedOrder
        columns={historyColumns}
        idOf={({ id }) => id}
        empty={<EmptyState title={text.emptyTitle} text={text.emptyText} />}
      />
    </SpaceBetween>
  );
}
