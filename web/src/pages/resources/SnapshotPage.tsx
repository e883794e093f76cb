/** The inventory that one scan found: /scans/:id/resources. */
import Alert from '@cloudscape-design/components/alert';
import { useMemo } from 'react';
import { useParams } from 'react-router';
import { useAccount } from '../../api/accounts';
import { useScan } from '../../api/scans';
import { resources } from '../../strings/resources';
import { shell } from '../../strings/shell';
import { EmptyState } from '../../ui/EmptyState';
import { ErrorPanel } from '../../ui/ErrorPanel';
import { absolute } from '../../ui/format';
import { Loading } from '../../ui/Loading';
import { useListUrl } from '../../ui/useListUrl';
import { usePage } from '../../ui/usePage';
import { Explorer } from './Explorer';
import { useResourcePanel } from './useResourcePanel';

export function Component() {
  const { id = '' } = useParams();
  const list = useListUrl();
  const scan = useScan(id);
  const accountId = scan.data?.account_id ?? '';
  const account = useAccount(accountId);
  const snapshot = scan.data?.snapshot_id ?? '';
  const place = useMemo(() => ({ snapshot }), [snapshot]);
  const panel = useResourcePanel(list, place);
  const name = account.data?.value.name ?? accountId;
  const time = scan.data?.finished_at ? absolute(scan.data.finished_at) : '';
  usePage(
    [
      { text: shell.scans, href: '/scans' },
      { text: time || id, href: `/scans/${id}` },
      { text: resources.title, href: `/scans/${id}/resources` },
    ],
    'table',
    panel,
  );
  const accounts = useMemo(() => new Map([[accountId, name]]), [accountId, name]);
  if (scan.error) return <ErrorPanel error={scan.error} onRetry={() => void scan.refetch()} />;
  if (!scan.data) return <Loading />;
  if (!snapshot) {
    return (
      <Alert type="info" header={resources.scanWithout}>
        {resources.scanWithoutText}
      </Alert>
    );
  }
  return (
    <Explorer
      title={resources.snapshotOf(name)}
      description={time}
      place={place}
      list={list}
      accounts={accounts}
      manyAccounts={false}
      exportName={['snapshot', name, scan.data.finished_at ?? '']}
      empty={<EmptyState title={resources.emptySnapshot} />}
    />
  );
}
