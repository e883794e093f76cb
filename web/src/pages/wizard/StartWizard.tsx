import { useNavigate } from 'react-router';
import { common } from '../../strings/common';
import { wizard } from '../../strings/wizard';
import { AccountStep } from './AccountStep';
import type { AccountStepState } from './useAccountStep';
import { WizardFrame } from './WizardFrame';

interface Props {
  first: AccountStepState;
  setStep: (step: number, account: string) => void;
}

/** The wizard before there is an account: only its first step can be filled in. */
export function StartWizard({ first, setStep }: Props) {
  const navigate = useNavigate();
  const go = async () => {
    const account = await first.save();
    if (account) setStep(1, account);
  };
  return (
    <WizardFrame
      step={0}
      busy={first.saving}
      submitText={wizard.next}
      cancelText={common.cancel}
      onStep={() => void go()}
      onSubmit={() => void go()}
      onCancel={() => void navigate('/accounts')}
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
        { title: wizard.grantStep, content: null },
        { title: wizard.testStep, content: null },
      ]}
    />
  );
}
