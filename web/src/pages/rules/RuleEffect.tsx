import FormField from '@cloudscape-design/components/form-field';
import RadioGroup from '@cloudscape-design/components/radio-group';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { severityNames } from '../../strings/common';
import { rules } from '../../strings/rules';
import type { Severity } from '../../types';
import { severities } from '../../ui/severity';
import type { RuleDraft } from './ruleDraft';

const levels = severities.map((value) => ({ value, label: severityNames[value] }));
const actions = [
  { value: 'ignore', label: rules.ignores },
  { value: 'severity', label: rules.grades },
];

interface Props {
  action: RuleDraft['action'];
  severity: Severity;
  onChange: (part: Partial<RuleDraft>) => void;
}

/** Whether the rule hides or grades, and how. */
export function RuleEffect({ action, severity, onChange }: Props) {
  return (
    <SpaceBetween size="m">
      <FormField label={rules.does}>
        <RadioGroup
          value={action}
          items={actions}
          onChange={({ detail }) => onChange({ action: detail.value as RuleDraft['action'] })}
        />
      </FormField>
      {action === 'severity' && (
        <FormField label={rules.severity}>
          <Select
            options={levels}
            selectedOption={levels.find(({ value }) => value === severity) ?? null}
            onChange={({ detail }) =>
              onChange({ severity: detail.selectedOption.value as Severity })
            }
          />
        </FormField>
      )}
    </SpaceBetween>
  );
}
