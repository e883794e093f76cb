/** An account's drift: its open change sets, its baseline, what became visible, what is not known. */
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useBaseline, useChangeSets } from '../../api/drift';
import { useAccountScans } from '../../api/scans';
import { baseline as text } from '../../strings/drift';
import type { S } from '../../types';
import { EmptyState } from '../../ui/EmptyState';
import { ErrorPanel } from '../../ui/ErrorPanel';
import { ListTable } from '../../ui/ListTable';
import { Loading } from '../../ui/Loading';
import { setColumns } from '../drift/setColumns';
import { AcceptBaseline } from './AcceptBaseline';
import { BaselineCard } from './BaselineCard';
import { BaselineGaps } from './BaselineGaps';
import { BaselineHistory } from './BaselineHistory';
import { SettlingCard } from './SettlingCard';

const setsMost = 50;
const scansLooked = 25;

function NoBaseline({ account }: { account: string }) {
  const { data } = useAccountScans(account, { limit: scansLooked });
  const snapshot = data?.items.find(({ snapshot_id }) => snapshot_id)?.snapshot_id;
  return (
    <SpaceBetween size="l">
      <EmptyState
        title={text.none}
        text={text.noneText}
        action={snapshot ? <AcceptBaseline snapshot={snapshot} primary /> : null}
      />
      {snapshot && <SettlingCard account={account} />}
    </SpaceBetween>
  );
}

function OpenSets({ account }: { account: string }) {
  const { data, error, isPending, refetch } = useChangeSets({
    q: `account=${account} and state=open`,
    sort: '-severity',
    limit: setsMost,
  });
  return (
    <ListTable<S['ChangeSet']>
      title={text.openSets}
      titleAs="h2"
      columns={setColumns.filter(({ id }) => id !== 'kind')}
      items={data?.items}
      idOf={({ id }) => id}
      loading={isPending}
      error={error}
      onRetry={() => void refetch()}
      empty={<EmptyState title={text.noSets} />}
    />
  );
}

export function DriftTab({ account }: { account: string }) {
  const { data, error, refetch } = useBaseline(account);
  if (error) return <ErrorPanel error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <Loading />;
  if (data === null) return <NoBaseline account={account} />;
  return (
    <SpaceBetween size="l">
      <BaselineGaps baseline={data} />
      <OpenSets account={account} />
      <BaselineCard baseline={data} />
      <BaselineHistory account={account} />
    </SpaceBetween>
  );
}
