import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { useUpdateAccount } from '../../api/accounts';
import type { Tagged } from '../../api/client';
import { type ApiError, fieldError } from '../../api/problem';
import { useMay } from '../../api/session';
import { account as text } from '../../strings/account';
import { environments } from '../../strings/accounts';
import { roleNeeded } from '../../strings/common';
import { wizard } from '../../strings/wizard';
import type { S } from '../../types';
import { AppButton } from '../../ui/AppButton';
import { ErrorPanel } from '../../ui/ErrorPanel';
import { useFlash } from '../../ui/flash';
import { OptionalLabel } from '../../ui/OptionalLabel';
import { TextField } from '../../ui/TextField';
import { CustomerField } from '../wizard/CustomerField';

type Environment = NonNullable<S['CloudAccount']['environment']>;

const noEnvironment = { value: '', label: wizard.noEnvironment };
const environmentOptions = [
  noEnvironment,
  ...Object.entries(environments).map(([value, label]) => ({ value, label })),
];

function draftOf(account: S['CloudAccount']) {
  return {
    name: account.name,
    customerId: account.customer_id ?? '',
    environment: account.environment ?? '',
    owner: account.owner ?? '',
    hours: String(account.auto_scan_hours),
  };
}

type Draft = ReturnType<typeof draftOf>;

function patchOf(draft: Draft): S['CloudAccountPatch'] {
  return {
    name: draft.name.trim(),
    customer_id: draft.customerId || null,
    environment: (draft.environment || null) as Environment | null,
    owner: draft.owner.trim() || null,
    auto_scan_hours: Number.parseInt(draft.hours, 10) || null,
  };
}

interface FieldsProps {
  draft: Draft;
  error: ApiError | null;
  change: (part: Partial<Draft>) => void;
}

function SettingsFields({ draft, error, change }: FieldsProps) {
  return (
    <SpaceBetween size="m">
      <TextField
        label={wizard.name}
        value={draft.name}
        error={draft.name.trim() ? fieldError(error, 'name') : wizard.missingName}
        onText={(name) => change({ name })}
      />
      <CustomerField value={draft.customerId} onChange={(customerId) => change({ customerId })} />
      <FormField label={<OptionalLabel text={wizard.environment} />}>
        <Select
          options={environmentOptions}
          selectedOption={
            environmentOptions.find(({ value }) => value === draft.environment) ?? noEnvironment
          }
          onChange={({ detail }) => change({ environment: detail.selectedOption.value ?? '' })}
        />
      </FormField>
      <TextField
        label={text.owner}
        optional
        help={text.ownerHelp}
        value={draft.owner}
        error={fieldError(error, 'owner')}
        onText={(owner) => change({ owner })}
      />
      <TextField
        label={text.hours}
        type="number"
        help={text.hoursHelp}
        value={draft.hours}
        error={fieldError(error, 'auto_scan_hours')}
        onText={(hours) => change({ hours })}
      />
    </SpaceBetween>
  );
}

/** Names the state that it was read in: an edit never overwrites somebody else's. */
export function AccountSettings({ account }: { account: Tagged<S['CloudAccount']> }) {
  const flash = useFlash();
  const mayChange = useMay('admin');
  const [read] = useState(account);
  const [etag, setEtag] = useState(read.etag);
  const [draft, setDraft] = useState(() => draftOf(read.value));
  const { mutate, isPending, error } = useUpdateAccount(account.value.id);
  const save = () =>
    mutate(
      { patch: patchOf(draft), etag },
      {
        onSuccess: (saved) => {
          setEtag(saved.etag);
          flash({ type: 'success', header: text.saved });
        },
      },
    );
  return (
    <Container header={<Header variant="h2">{text.settings}</Header>}>
      <SpaceBetween size="m">
        {error && !error.field && (
          <ErrorPanel error={error.status === 412 ? { ...error, detail: text.changedBy } : error} />
        )}
        <SettingsFields
          draft={draft}
          error={error}
          change={(part) => setDraft((before) => ({ ...before, ...part }))}
        />
        <AppButton
          variant="primary"
          loading={isPending}
          refusedBecause={mayChange ? undefined : roleNeeded.admin}
          onClick={save}
        >
          {text.save}
        </AppButton>
      </SpaceBetween>
    </Container>
  );
}
