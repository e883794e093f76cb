import Wizard, { type WizardProps } from '@cloudscape-design/components/wizard';
import { wizard } from '../../strings/wizard';

interface Props {
  steps: WizardProps.Step[];
  /** From 0. */
  step: number;
  busy: boolean;
  submitText: string;
  cancelText: string;
  onStep: (step: number) => void;
  onSubmit: () => void;
  onCancel: () => void;
}

export function WizardFrame({
  steps,
  step,
  busy,
  submitText,
  cancelText,
  onStep,
  onSubmit,
  onCancel,
}: Props) {
  return (
    <Wizard
      steps={steps}
      activeStepIndex={step}
      isLoadingNextStep={busy}
      submitButtonText={submitText}
      onNavigate={({ detail }) => onStep(detail.requestedStepIndex)}
      onSubmit={onSubmit}
      onCancel={onCancel}
      i18nStrings={{
        stepNumberLabel: wizard.stepNumber,
        collapsedStepsLabel: wizard.collapsed,
        navigationAriaLabel: wizard.steps,
        cancelButton: cancelText,
        previousButton: wizard.back,
        nextButton: wizard.next,
        nextButtonLoadingAnnouncement: wizard.loading,
        submitButtonLoadingAnnouncement: wizard.loading,
      }}
    />
  );
}
