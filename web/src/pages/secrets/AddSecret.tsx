import FormField from '@cloudscape-design/components/form-field';
import RadioGroup from '@cloudscape-design/components/radio-group';
import { useState } from 'react';
import { fieldError } from '../../api/problem';
import { useCreateSecret } from '../../api/secrets';
import { managers, secrets } from '../../strings/secrets';
import type { S } from '../../types';
import { useFlash } from '../../ui/flash';
import { FormDialog } from '../../ui/FormDialog';
import { TextField } from '../../ui/TextField';
import { SecretValue } from './SecretValue';

export function AddSecret({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState('');
  const [manager, setManager] = useState<S['SecretManager']>('sealed');
  const [value, setValue] = useState('');
  const [tried, setTried] = useState(false);
  const create = useCreateSecret();
  const flash = useFlash();
  const { error } = create;
  const known = fieldError(error, 'name', 'manager', 'ref', 'value');
  const send = () => {
    setTried(true);
    if (!name.trim() || !value.trim()) return;
    const content = manager === 'sealed' ? { value } : { ref: value.trim() };
    create.mutate(
      { name: name.trim(), manager, ...content },
      {
        onSuccess: () => {
          flash({ type: 'success', content: secrets.added(name.trim()) });
          onClose();
        },
      },
    );
  };
  return (
    <FormDialog
      title={secrets.add}
      submit={secrets.add}
      pending={create.isPending}
      error={known ? null : error}
      onSubmit={send}
      onClose={onClose}
    >
      <TextField
        label={secrets.name}
        value={name}
        autoFocus
        error={tried && !name.trim() ? secrets.missingName : fieldError(error, 'name')}
        onText={setName}
      />
      <FormField label={secrets.manager} errorText={fieldError(error, 'manager')}>
        <RadioGroup
          value={manager}
          items={managers}
          onChange={({ detail }) => {
            setManager(detail.value as S['SecretManager']);
            setValue('');
          }}
        />
      </FormField>
      <SecretValue
        manager={manager}
        value={value}
        tried={tried}
        refused={fieldError(error, 'ref', 'value')}
        onText={setValue}
      />
    </FormDialog>
  );
}
