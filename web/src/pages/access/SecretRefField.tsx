import Button from '@cloudscape-design/components/button';
import ColumnLayout from '@cloudscape-design/components/column-layout';
import FormField from '@cloudscape-design/components/form-field';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { useSecrets } from '../../api/secrets';
import { secretRefs } from '../../strings/secrets';
import type { S } from '../../types';
import { clipped, visible } from '../../ui/foreignText';
import { TextField } from '../../ui/TextField';
import { NewSecretDialog } from './NewSecretDialog';

export interface SecretRefDraft {
  manager: S['SecretManager'];
  ref: string;
}

interface Props {
  label: string;
  suggestedName: string;
  value: SecretRefDraft;
  error?: string | undefined;
  onChange: (value: SecretRefDraft) => void;
}

const managers = Object.keys(secretRefs.managers) as S['SecretManager'][];
const secretsMost = 500;
const nameChars = 80;

function useSealedOptions(enabled: boolean) {
  const { data, isPending } = useSecrets({ q: 'manager=sealed', limit: secretsMost }, enabled);
  const options = (data?.items ?? []).map(({ id, name }) => ({
    value: id,
    label: clipped(visible(name), nameChars),
  }));
  return { options, isPending };
}

function SealedChoice({ label, suggestedName, value, error, onChange }: Props) {
  const [making, setMaking] = useState(false);
  const { options, isPending } = useSealedOptions(true);
  const chosen = options.find((option) => option.value === value.ref);
  return (
    <>
      <FormField
        label={`${label}: ${secretRefs.reference}`}
        errorText={error}
        secondaryControl={<Button onClick={() => setMaking(true)}>{secretRefs.make}</Button>}
        stretch
      >
        <Select
          filteringType="auto"
          placeholder={secretRefs.choose}
          empty={secretRefs.noSecrets}
          statusType={isPending ? 'loading' : 'finished'}
          options={options}
          selectedOption={chosen ?? (value.ref ? { value: value.ref, label: value.ref } : null)}
          onChange={({ detail }) =>
            onChange({ manager: 'sealed', ref: detail.selectedOption.value ?? '' })
          }
        />
      </FormField>
      {making && (
        <NewSecretDialog
          suggestedName={suggestedName}
          onClose={() => setMaking(false)}
          onStored={({ id }) => {
            setMaking(false);
            onChange({ manager: 'sealed', ref: id });
          }}
        />
      )}
    </>
  );
}

/** Where one half of a key pair is kept. Never the value itself. */
export function SecretRefField(props: Props) {
  const { label, value, error, onChange } = props;
  return (
    <ColumnLayout columns={2}>
      <FormField label={`${label}: ${secretRefs.manager}`}>
        <Select
          options={managers.map((manager) => ({
            value: manager,
            label: secretRefs.managers[manager],
          }))}
          selectedOption={{ value: value.manager, label: secretRefs.managers[value.manager] }}
          onChange={({ detail }) =>
            onChange({ manager: detail.selectedOption.value as S['SecretManager'], ref: '' })
          }
        />
      </FormField>
      <SpaceBetween size="xs">
        {value.manager === 'sealed' ? (
          <SealedChoice {...props} />
        ) : (
          <TextField
            label={`${label}: ${secretRefs.reference}`}
            help={secretRefs.referenceHelp[value.manager]}
            error={error}
            spellcheck={false}
            value={value.ref}
            onText={(ref) => onChange({ ...value, ref })}
          />
        )}
      </SpaceBetween>
    </ColumnLayout>
  );
}
