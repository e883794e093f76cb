import { useNavigate } from 'react-router';
import { wizard } from '../../strings/wizard';
import type { S } from '../../types';
import { AccountStep } from './AccountStep';
import { GrantStep } from './GrantStep';
import { submitText, TestStep } from './TestStep';
import type { AccountStepState } from './useAccountStep';
import { useFinish } from './useFinish';
import { useGrant } from './useGrant';
import { WizardFrame } from './WizardFrame';

interface Props {
  account: S['CloudAccount'];
  first: AccountStepState;
  /** From 0. */
  step: number;
  setStep: (step: number, account: string) => void;
}

/** The wizard once its account exists. */
export function ConnectWizard({ account, first, step, setStep }: Props) {
  const navigate = useNavigate();
  const grant = useGrant(account);
  const finish = useFinish(account, step === 2);
  const go = async (wanted: number) => {
    if (wanted > step && step === 0 && !(await first.save())) return;
    if (wanted === 2 && !(await grant.save())) {
      setStep(1, account.id);
      return;
    }
    setStep(wanted, account.id);
  };
  return (
    <WizardFrame
      step={step}
      busy={first.saving || grant.saving || finish.saving}
      submitText={submitText(finish)}
      cancelText={wizard.finishLater}
      onStep={(wanted) => void go(wanted)}
      onSubmit={finish.finish}
      onCancel={() => void navigate(`/accounts/${account.id}`)}
      steps={[
        {
          title: wizard.accountStep,
          content: (
            <AccountStep
              draft={first.draft}
              tried={first.tried}
              error={first.error}
              onChange={first.change}
            />
          ),
        },
        { title: wizard.grantStep, content: <GrantStep account={account} grant={grant} /> },
        { title: wizard.testStep, content: <TestStep account={account} finish={finish} /> },
      ]}
    />
  );
}
