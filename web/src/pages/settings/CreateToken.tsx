import FormField from '@cloudscape-design/components/form-field';
import Select from '@cloudscape-design/components/select';
import { useState } from 'react';
import { fieldError } from '../../api/problem';
import { useMe } from '../../api/session';
import { useCreateToken } from '../../api/tokens';
import { common } from '../../strings/common';
import { settings } from '../../strings/settings';
import type { S } from '../../types';
import { FormDialog } from '../../ui/FormDialog';
import { TextField } from '../../ui/TextField';
import { CreatedToken } from './CreatedToken';

const roles: S['Role'][] = ['viewer', 'operator', 'admin', 'owner'];
const expiries = [7, 30, 90, 365].map((days) => ({
  value: String(days),
  label: settings.expiryDays(days),
}));
const usualExpiry = '90';

/** Nobody gives more than he has. */
function useRoles() {
  const { data } = useMe();
  const own = roles.indexOf(data?.role ?? 'viewer');
  return roles
    .filter((_, rank) => rank <= own)
    .map((role) => ({ value: role, label: common.roleNames[role] }));
}

export function CreateToken({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState('');
  const [role, setRole] = useState<S['Role']>('viewer');
  const [expiry, setExpiry] = useState(usualExpiry);
  const [tried, setTried] = useState(false);
  const create = useCreateToken();
  const options = useRoles();
  if (create.data) return <CreatedToken token={create.data.token} onClose={onClose} />;
  const send = () => {
    setTried(true);
    if (!name.trim()) return;
    create.mutate({ name: name.trim(), role, expires_in_days: Number(expiry) });
  };
  const refused = fieldError(create.error, 'name');
  return (
    <FormDialog
      title={settings.createToken}
      submit={settings.createToken}
      pending={create.isPending}
      error={refused ? null : create.error}
      onSubmit={send}
      onClose={onClose}
    >
      <TextField
        label={settings.tokenName}
        help={settings.tokenNameHelp}
        value={name}
        autoFocus
        error={tried && !name.trim() ? settings.missingTokenName : refused}
        onText={setName}
      />
      <FormField label={settings.role}>
        <Select
          options={options}
          selectedOption={options.find(({ value }) => value === role) ?? null}
          onChange={({ detail }) => setRole(detail.selectedOption.value as S['Role'])}
        />
      </FormField>
      <FormField label={settings.expiry}>
        <Select
          options={expiries}
          selectedOption={expiries.find(({ value }) => value === expiry) ?? null}
          onChange={({ detail }) => setExpiry(detail.selectedOption.value ?? usualExpiry)}
        />
      </FormField>
    </FormDialog>
  );
}
