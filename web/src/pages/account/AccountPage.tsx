import ContentLayout from '@cloudscape-design/components/content-layout';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useParams } from 'react-router';
import { useAccount, useTestAccount } from '../../api/accounts';
import type { Tagged } from '../../api/client';
import { everyCustomer, useCustomers } from '../../api/customers';
import { isOver, useLiveAccount } from '../../api/live/hooks';
import { useAccountScans } from '../../api/scans';
import { account as text } from '../../strings/account';
import { accounts } from '../../strings/accounts';
import type { S } from '../../types';
import { AppLink } from '../../ui/AppLink';
import { ErrorPanel } from '../../ui/ErrorPanel';
import { Loading } from '../../ui/Loading';
import { usePage } from '../../ui/usePage';
import { TestResult } from '../access/TestResult';
import { RunningScan } from '../scans/RunningScan';
import { AccountFacts } from './AccountFacts';
import { AccountHeader } from './AccountHeader';
import { AccountTabs, Access } from './AccountTabs';
import { AccountWarnings } from './AccountWarnings';
import { NextSteps } from './NextSteps';

const newestScans = { limit: 25 };

/** The running scan, and the only one with a snapshot where there is just one. */
function useScansOf(id: string) {
  const scans = useAccountScans(id, newestScans).data?.items ?? [];
  const active = scans.filter(({ state }) => !isOver(state));
  const running = active.find(({ state }) => state === 'running') ?? active.at(-1);
  const withSnapshot = scans.filter((scan) => scan.snapshot_id !== null);
  const first = withSnapshot.length === 1 && !running ? withSnapshot[0] : undefined;
  return { running, first };
}

function useCustomerName(id: string | null): string {
  const { data } = useCustomers(everyCustomer);
  return data?.items.find((customer) => customer.id === id)?.name ?? '';
}

function AccountContent({ account }: { account: Tagged<S['CloudAccount']> }) {
  const { id, customer_id: customerId, status, warnings } = account.value;
  const { live, trial } = useLiveAccount(id);
  const { running, first } = useScansOf(id);
  const test = useTestAccount(id);
  const pending = status === 'pending';
  const tested = test.isPending || test.data || test.error;
  return (
    <ContentLayout
      header={
        <AccountHeader
          account={account.value}
          customer={useCustomerName(customerId)}
          scanning={Boolean(running)}
          test={test}
        />
      }
    >
      <SpaceBetween size="l">
        <AccountFacts account={account.value} scanning={running?.state === 'running'} />
        <AccountWarnings warnings={warnings} />
        {tested && <TestResult test={test} />}
        {running && <RunningScan id={running.id} />}
        {first && <NextSteps scan={first} />}
        {pending && <Access account={account} trial={trial} live={live} />}
        <AccountTabs account={account} trial={trial} live={live} hideAccess={pending} />
      </SpaceBetween>
    </ContentLayout>
  );
}

export function Component() {
  const { id = '' } = useParams();
  const { data, error, refetch } = useAccount(id);
  usePage([
    { text: accounts.title, href: '/accounts' },
    { text: data?.value.name ?? '…', href: `/accounts/${id}` },
  ]);
  if (data) return <AccountContent key={id} account={data} />;
  if (!error) return <Loading />;
  return (
    <SpaceBetween size="m">
      <ErrorPanel what={text.loadingFailed} error={error} onRetry={() => void refetch()} />
      <AppLink href="/accounts">{text.back}</AppLink>
    </SpaceBetween>
  );
}
