/** Adding an account in three steps. The address names the account and the step: a link comes back to it. */
import { useSearchParams } from 'react-router';
import { useAccount } from '../../api/accounts';
import { accounts } from '../../strings/accounts';
import { wizard } from '../../strings/wizard';
import type { S } from '../../types';
import { ErrorPanel } from '../../ui/ErrorPanel';
import { Loading } from '../../ui/Loading';
import { usePage } from '../../ui/usePage';
import { ConnectWizard } from './ConnectWizard';
import { StartWizard } from './StartWizard';
import { useAccountStep } from './useAccountStep';

const crumbs = [
  { text: accounts.title, href: '/accounts' },
  { text: wizard.title, href: '/accounts/new' },
];

const lastStep = 3;

function stepOf(text: string | null): number {
  const step = Number.parseInt(text ?? '1', 10);
  return step >= 1 && step <= lastStep ? step - 1 : 0;
}

function Steps({ account }: { account: S['CloudAccount'] | null }) {
  const [parameters, setParameters] = useSearchParams();
  const first = useAccountStep(account, parameters.get('provider'));
  const setStep = (step: number, id: string) =>
    setParameters({ account: id, step: String(step + 1) });
  if (!account) return <StartWizard first={first} setStep={setStep} />;
  return (
    <ConnectWizard
      account={account}
      first={first}
      step={stepOf(parameters.get('step'))}
      setStep={setStep}
    />
  );
}

export function Component() {
  usePage(crumbs, 'wizard');
  const [parameters] = useSearchParams();
  const id = parameters.get('account') ?? '';
  const account = useAccount(id);
  if (id && !account.data) {
    if (!account.error) return <Loading />;
    return <ErrorPanel error={account.error} onRetry={() => void account.refetch()} />;
  }
  return <Steps account={account.data?.value ?? null} />;
}
