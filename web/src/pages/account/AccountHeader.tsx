import Header from '@cloudscape-design/components/header';
import type { useTestAccount } from '../../api/accounts';
import { useStartScan } from '../../api/scans';
import { useMay } from '../../api/session';
import { connection } from '../../strings/access';
import { account as text } from '../../strings/account';
import { providerNames, roleNeeded } from '../../strings/common';
import type { S } from '../../types';
import { type Action, Actions } from '../../ui/Actions';
import { useFlash } from '../../ui/flash';
import { Foreign } from '../../ui/Foreign';
import { isScannable, roleAuth } from '../access/roleAuth';

interface Props {
  account: S['CloudAccount'];
  customer: string;
  scanning: boolean;
  test: ReturnType<typeof useTestAccount>;
}

function useScanNow(account: string, scanning: boolean) {
  const flash = useFlash();
  const { mutate, isPending } = useStartScan();
  const start = () =>
    mutate(account, {
      onSuccess: () =>
        flash({
          type: 'success',
          header: text.scanStarted,
          content: scanning ? text.scanQueued : undefined,
        }),
      onError: (error) => flash({ type: 'error', header: text.scanRefused, content: error.detail }),
    });
  return { start, isPending };
}

function Subtitle({ account, customer }: Pick<Props, 'account' | 'customer'>) {
  const provider = providerNames[account.provider] ?? account.provider;
  const number = account.native_account_id;
  return (
    <>
      {number ? text.subtitle(provider, number) : provider}
      {customer && (
        <>
          {' · '}
          <Foreign text={customer} most={80} />
        </>
      )}
    </>
  );
}

function useActions({ account, scanning, test }: Omit<Props, 'customer'>): Action[] {
  const mayScan = useMay('operator');
  const scan = useScanNow(account.id, scanning);
  const refusedByState = isScannable(account) ? undefined : text.notScannable;
  const refusedBecause = mayScan ? refusedByState : roleNeeded.operator;
  const unfinished = account.status === 'pending' && !roleAuth(account.auth)?.role_arn;
  const resume = `/accounts/new?account=${account.id}&step=2`;
  return [
    ...(unfinished ? [{ id: 'resume', text: text.continueSetup, href: resume }] : []),
    {
      id: 'test',
      text: connection.test,
      refusedBecause,
      loading: test.isPending,
      onClick: () => test.mutate(),
    },
    {
      id: 'scan',
      text: text.scanNow,
      primary: true,
      refusedBecause,
      loading: scan.isPending,
      onClick: scan.start,
    },
  ];
}

export function AccountHeader({ account, customer, scanning, test }: Props) {
  return (
    <Header
      variant="h1"
      description={<Subtitle account={account} customer={customer} />}
      actions={<Actions actions={useActions({ account, scanning, test })} />}
    >
      <Foreign text={account.name} most={120} />
    </Header>
  );
}
