import FormField from '@cloudscape-design/components/form-field';
import Select from '@cloudscape-design/components/select';
import { useDeferredValue, useState } from 'react';
import { fieldError } from '../../api/problem';
import { useCreateRule, useUpdateRule } from '../../api/rules';
import { common } from '../../strings/common';
import { rules } from '../../strings/rules';
import type { S } from '../../types';
import { useFlash } from '../../ui/flash';
import { FormDialog } from '../../ui/FormDialog';
import { TextField } from '../../ui/TextField';
import { RulePreview } from '../review/RulePreview';
import { RuleEffect } from './RuleEffect';
import { otherScope, type RuleDraft, ruleDraftOf, ruleOf, rulePatchOf } from './ruleDraft';
import { ScopeFields } from './ScopeFields';
import { scopeOf } from './scopeDraft';

interface Props {
  /** The one to change; absent: a new one. */
  rule?: S['Rule'];
  onClose: () => void;
}

const expiries = [7, 30, 90, 365].map((days) => ({
  value: String(days),
  label: rules.inDays(days),
}));

interface ExpiryProps {
  rule: S['Rule'] | undefined;
  value: string;
  onChange: (value: string) => void;
}

function Expiry({ rule, value, onChange }: ExpiryProps) {
  const keeps = rule?.expires_at ? [{ value: 'keep', label: rules.keepExpiry }] : [];
  const options = [...keeps, { value: 'never', label: rules.never }, ...expiries];
  return (
    <FormField label={rules.expires}>
      <Select
        options={options}
        selectedOption={options.find((option) => option.value === value) ?? null}
        onChange={({ detail }) => onChange(detail.selectedOption.value ?? 'never')}
      />
    </FormField>
  );
}

function useSave(rule: S['Rule'] | undefined, onSaved: () => void) {
  const create = useCreateRule();
  const update = useUpdateRule();
  const flash = useFlash();
  const done = (content: string) => () => {
    flash({ type: 'success', content });
    onSaved();
  };
  const save = (draft: RuleDraft) => {
    if (!rule) return create.mutate(ruleOf(draft, Date.now()), { onSuccess: done(rules.added) });
    const patch = rulePatchOf(draft, Date.now());
    return update.mutate({ id: rule.id, patch }, { onSuccess: done(rules.saved) });
  };
  return {
    save,
    error: create.error ?? update.error,
    pending: create.isPending || update.isPending,
  };
}

export function RuleDialog({ rule, onClose }: Props) {
  const [draft, setDraft] = useState(() => ruleDraftOf(rule));
  const [tried, setTried] = useState(false);
  const { save, error, pending } = useSave(rule, onClose);
  const put = (part: Partial<RuleDraft>) => setDraft((before) => ({ ...before, ...part }));
  const kept = otherScope(rule);
  const given = useDeferredValue(draft);
  const previewed = { ...kept, ...scopeOf(given.scope) };
  const hasScope = Object.keys({ ...kept, ...scopeOf(draft.scope) }).length > 0;
  const name = draft.name.trim();
  const reason = draft.reason.trim();
  const graded = draft.action === 'severity' ? { severity: draft.severity } : {};
  const send = () => {
    setTried(true);
    if (name && reason && hasScope) save(draft);
  };
  return (
    <FormDialog
      title={rule ? rules.editTitle : rules.add}
      submit={rule ? common.save : rules.add}
      size="large"
      pending={pending}
      error={error}
      onSubmit={send}
      onClose={onClose}
    >
      <TextField
        label={rules.name}
        value={draft.name}
        autoFocus
        error={tried && !name ? rules.missingName : fieldError(error, 'name')}
        onText={(text) => put({ name: text })}
      />
      <RuleEffect action={draft.action} severity={draft.severity} onChange={put} />
      <Expiry rule={rule} value={draft.expiry} onChange={(expiry) => put({ expiry })} />
      <ScopeFields
        scope={draft.scope}
        missing={tried && !hasScope ? rules.missingScope : undefined}
        onChange={(scope) => put({ scope })}
      />
      {Object.keys(previewed).length > 0 && (
        <RulePreview
          rule={{ name: name || rules.add, action: draft.action, ...graded, scope: previewed }}
        />
      )}
      <TextField
        label={rules.reason}
        value={draft.reason}
        error={tried && !reason ? rules.missingReason : undefined}
        onText={(text) => put({ reason: text })}
      />
    </FormDialog>
  );
}
