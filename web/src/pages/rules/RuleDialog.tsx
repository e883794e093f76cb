import FormField from '@cloudscape-design/components/form-field';
import RadioGroup from '@cloudscape-design/components/radio-group';
import Select from '@cloudscape-design/components/select';
import { useDeferredValue, useState } from 'react';
import { fieldError } from '../../api/problem';
import { type RuleWrite, useCreateRule } from '../../api/rules';
import { severityNames } from '../../strings/common';
import { rules } from '../../strings/rules';
import type { Severity } from '../../types';
import { useFlash } from '../../ui/flash';
import { FormDialog } from '../../ui/FormDialog';
import { severities } from '../../ui/severity';
import { TextField } from '../../ui/TextField';
import { RulePreview } from '../review/RulePreview';
import { type ScopeDraft, ScopeFields, scopeOf } from './ScopeFields';

const levels = severities.map((value) => ({ value, label: severityNames[value] }));
const actions = [
  { value: 'ignore', label: rules.ignores },
  { value: 'severity', label: rules.grades },
];

interface EffectProps {
  action: RuleWrite['action'];
  severity: Severity;
  onAction: (action: RuleWrite['action']) => void;
  onSeverity: (severity: Severity) => void;
}

function Effect({ action, severity, onAction, onSeverity }: EffectProps) {
  return (
    <>
      <FormField label={rules.does}>
        <RadioGroup
          value={action}
          items={actions}
          onChange={({ detail }) => onAction(detail.value as RuleWrite['action'])}
        />
      </FormField>
      {action === 'severity' && (
        <FormField label={rules.severity}>
          <Select
            options={levels}
            selectedOption={levels.find(({ value }) => value === severity) ?? null}
            onChange={({ detail }) => onSeverity(detail.selectedOption.value as Severity)}
          />
        </FormField>
      )}
    </>
  );
}

export function RuleDialog({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState('');
  const [action, setAction] = useState<RuleWrite['action']>('ignore');
  const [severity, setSeverity] = useState<Severity>('low');
  const [scope, setScope] = useState<ScopeDraft>({});
  const [reason, setReason] = useState('');
  const [tried, setTried] = useState(false);
  const create = useCreateRule();
  const flash = useFlash();
  const given = scopeOf(useDeferredValue(scope));
  const hasScope = Object.keys(scopeOf(scope)).length > 0;
  const graded = action === 'severity' ? { severity } : {};
  const send = () => {
    setTried(true);
    if (!name.trim() || !reason.trim() || !hasScope) return;
    create.mutate(
      { name: name.trim(), action, ...graded, scope: scopeOf(scope), reason: reason.trim() },
      {
        onSuccess: () => {
          flash({ type: 'success', content: rules.added });
          onClose();
        },
      },
    );
  };
  return (
    <FormDialog
      title={rules.add}
      submit={rules.add}
      size="large"
      pending={create.isPending}
      error={create.error}
      onSubmit={send}
      onClose={onClose}
    >
      <TextField
        label={rules.name}
        value={name}
        autoFocus
        error={tried && !name.trim() ? rules.missingName : fieldError(create.error, 'name')}
        onText={setName}
      />
      <Effect action={action} severity={severity} onAction={setAction} onSeverity={setSeverity} />
      <ScopeFields
        scope={scope}
        missing={tried && !hasScope ? rules.missingScope : undefined}
        onChange={setScope}
      />
      {Object.keys(given).length > 0 && (
        <RulePreview rule={{ name: name.trim() || rules.add, action, ...graded, scope: given }} />
      )}
      <TextField
        label={rules.reason}
        value={reason}
        error={tried && !reason.trim() ? rules.missingReason : undefined}
        onText={setReason}
      />
    </FormDialog>
  );
}
