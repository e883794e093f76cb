import FormField from '@cloudscape-design/components/form-field';
import Multiselect from '@cloudscape-design/components/multiselect';
import Select from '@cloudscape-design/components/select';
import { useState } from 'react';
import { fieldError } from '../../api/problem';
import { useCreateToken } from '../../api/tokens';
import { settings } from '../../strings/settings';
import type { S } from '../../types';
import { FormDialog } from '../../ui/FormDialog';
import { TextField } from '../../ui/TextField';
import { type AccessDraft, AccessFields, customersOf } from '../people/AccessFields';
import { CreatedToken } from './CreatedToken';

type Scope = S['TokenScope'];

const expiries = [7, 30, 90, 365].map((days) => ({
  value: String(days),
  label: settings.expiryDays(days),
}));
const usualExpiry = '90';
const scopes = Object.entries(settings.scopes).map(([value, [label, description]]) => ({
  value,
  label,
  description,
}));

interface ScopesProps {
  chosen: Scope[];
  error: string | undefined;
  onChange: (scopes: Scope[]) => void;
}

function Scopes({ chosen, error, onChange }: ScopesProps) {
  return (
    <FormField label={settings.scope} constraintText={settings.scopeHelp} errorText={error}>
      <Multiselect
        options={scopes}
        placeholder={settings.everyScope}
        selectedOptions={scopes.filter(({ value }) => chosen.includes(value as Scope))}
        onChange={({ detail }) =>
          onChange(detail.selectedOptions.map(({ value }) => value as Scope))
        }
      />
    </FormField>
  );
}

function Expiry({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  return (
    <FormField label={settings.expiry}>
      <Select
        options={expiries}
        selectedOption={expiries.find((option) => option.value === value) ?? null}
        onChange={({ detail }) => onChange(detail.selectedOption.value ?? usualExpiry)}
      />
    </FormField>
  );
}

export function CreateToken({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState('');
  const [access, setAccess] = useState<AccessDraft>({ role: 'viewer', customers: [] });
  const [chosen, setChosen] = useState<Scope[]>([]);
  const [expiry, setExpiry] = useState(usualExpiry);
  const [tried, setTried] = useState(false);
  const { mutate, data, error, isPending } = useCreateToken();
  if (data) return <CreatedToken token={data.token} onClose={onClose} />;
  const send = () => {
    setTried(true);
    if (!name.trim()) return;
    mutate({
      name: name.trim(),
      role: access.role,
      customers: customersOf(access),
      scopes: chosen.length > 0 ? chosen : null,
      expires_in_days: Number(expiry),
    });
  };
  return (
    <FormDialog
      title={settings.createToken}
      submit={settings.createToken}
      pending={isPending}
      error={error?.field ? null : error}
      onSubmit={send}
      onClose={onClose}
    >
      <TextField
        label={settings.tokenName}
        help={settings.tokenNameHelp}
        value={name}
        autoFocus
        error={tried && !name.trim() ? settings.missingTokenName : fieldError(error, 'name')}
        onText={setName}
      />
      <AccessFields
        access={access}
        roleError={fieldError(error, 'role')}
        customersError={fieldError(error, 'customers')}
        onChange={(part) => setAccess((before) => ({ ...before, ...part }))}
      />
      <Scopes chosen={chosen} error={fieldError(error, 'scopes')} onChange={setChosen} />
      <Expiry value={expiry} onChange={setExpiry} />
    </FormDialog>
  );
}
