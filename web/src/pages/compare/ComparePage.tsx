/** Two snapshots of one account: /compare?from=&to=. */
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useAccount } from '../../api/accounts';
import { useSnapshot } from '../../api/snapshots';
import { resources } from '../../strings/resources';
import { shell } from '../../strings/shell';
import { AppButton } from '../../ui/AppButton';
import { EmptyState } from '../../ui/EmptyState';
import { ErrorPanel } from '../../ui/ErrorPanel';
import { Loading } from '../../ui/Loading';
import { useListUrl } from '../../ui/useListUrl';
import { usePage } from '../../ui/usePage';
import { Compared } from './Compared';
import { SnapshotPair } from './SnapshotPair';

function NothingChosen() {
  return (
    <EmptyState
      title={resources.compareChoose}
      text={resources.compareChooseText}
      action={<AppButton href="/accounts">{shell.cloudAccounts}</AppButton>}
    />
  );
}

export function Component() {
  const list = useListUrl();
  const from = list.get('from');
  const to = list.get('to');
  const known = useSnapshot(to || from);
  const accountId = known.data?.account_id ?? '';
  const account = useAccount(accountId);
  const name = account.data?.value.name ?? accountId;
  usePage([
    { text: shell.cloudAccounts, href: '/accounts' },
    ...(accountId ? [{ text: name, href: `/accounts/${accountId}` }] : []),
    { text: resources.compareTitle, href: '' },
  ]);
  return (
    <SpaceBetween size="m">
      <Header variant="h1">{resources.compareTitle}</Header>
      {!from && !to && <NothingChosen />}
      {known.error && <ErrorPanel error={known.error} onRetry={() => void known.refetch()} />}
      {known.isLoading && <Loading />}
      {accountId !== '' && (
        <SnapshotPair
          account={accountId}
          from={from}
          to={to}
          onChange={(pair) => list.narrow({ from: pair.from, to: pair.to })}
        />
      )}
      {from !== '' && from === to && (
        <EmptyState title={resources.compareSame} text={resources.compareSameText} />
      )}
      {from !== '' && to !== '' && from !== to && (
        <Compared key={`${from} ${to}`} from={from} to={to} />
      )}
    </SpaceBetween>
  );
}
