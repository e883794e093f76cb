import Alert from '@cloudscape-design/components/alert';
import ContentLayout from '@cloudscape-design/components/content-layout';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useParams } from 'react-router';
import { useAccount } from '../../api/accounts';
import { isOver } from '../../api/live/hooks';
import { useScan } from '../../api/scans';
import { scans as text } from '../../strings/scans';
import type { S } from '../../types';
import { AppLink } from '../../ui/AppLink';
import { ErrorPanel } from '../../ui/ErrorPanel';
import { Foreign } from '../../ui/Foreign';
import { Loading } from '../../ui/Loading';
import { usePage } from '../../ui/usePage';
import { ScanActions } from '../baseline/ScanActions';
import { CoverageCard } from './CoverageCard';
import { Journal } from './Journal';
import { RunningScan } from './RunningScan';
import { ScanFacts } from './ScanFacts';

const mostChars = 1000;

function ScanError({ error }: { error: S['Scan']['error'] }) {
  if (!error) return null;
  return (
    <Alert type="error" header={<Foreign text={error.message} most={mostChars} />}>
      {error.hint && <Foreign text={error.hint} most={mostChars} />}
    </Alert>
  );
}

function ScanContent({ scan }: { scan: S['Scan'] }) {
  const account = useAccount(scan.account_id);
  const name = account.data?.value.name ?? scan.account_id;
  usePage([
    { text: text.title, href: '/scans' },
    { text: text.scanOf(name), href: `/scans/${scan.id}` },
  ]);
  return (
    <ContentLayout
      header={
        <Header
          variant="h1"
          actions={<ScanActions scan={scan} />}
          description={
            <AppLink href={`/accounts/${scan.account_id}`}>
              <Foreign text={name} />
            </AppLink>
          }
        >
          {text.scan}
        </Header>
      }
    >
      <SpaceBetween size="l">
        <ScanFacts scan={scan} />
        {!scan.coverage && <ScanError error={scan.error} />}
        {!isOver(scan.state) && <RunningScan id={scan.id} />}
        <CoverageCard scan={scan} />
        {isOver(scan.state) && <Journal scan={scan} />}
      </SpaceBetween>
    </ContentLayout>
  );
}

export function Component() {
  const { id = '' } = useParams();
  const { data, error, refetch } = useScan(id);
  if (data) return <ScanContent scan={data} />;
  if (!error) return <Loading />;
  return <ErrorPanel what={text.loadingFailed} error={error} onRetry={() => void refetch()} />;
}
