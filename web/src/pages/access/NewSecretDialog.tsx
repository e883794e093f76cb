import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { fieldError } from '../../api/problem';
import { useCreateSecret } from '../../api/secrets';
import { common } from '../../strings/common';
import { secretRefs } from '../../strings/secrets';
import type { S } from '../../types';
import { ErrorPanel } from '../../ui/ErrorPanel';
import { TextField } from '../../ui/TextField';

interface Props {
  suggestedName: string;
  onStored: (secret: S['Secret']) => void;
  onClose: () => void;
}

/** A sealed secret made on the spot. Its value leaves this dialog with the request and is not kept. */
export function NewSecretDialog({ suggestedName, onStored, onClose }: Props) {
  const [name, setName] = useState(suggestedName);
  const [value, setValue] = useState('');
  const [tried, setTried] = useState(false);
  const { mutate, isPending, error } = useCreateSecret();
  const store = () => {
    setTried(true);
    if (!name.trim() || !value) return;
    mutate({ name: name.trim(), manager: 'sealed', value }, { onSuccess: onStored });
  };
  const actions = (
    <Box float="right">
      <SpaceBetween direction="horizontal" size="xs">
        <Button onClick={onClose}>{common.cancel}</Button>
        <Button variant="primary" loading={isPending} onClick={store}>
          {secretRefs.store}
        </Button>
      </SpaceBetween>
    </Box>
  );
  return (
    <Modal
      visible
      header={secretRefs.makeTitle}
      closeAriaLabel={common.close}
      onDismiss={onClose}
      footer={actions}
    >
      <SpaceBetween size="m">
        <span>{secretRefs.makeText}</span>
        {error && !error.field && <ErrorPanel error={error} />}
        <TextField
          label={secretRefs.name}
          value={name}
          error={tried && !name.trim() ? secretRefs.missingName : fieldError(error, 'name')}
          onText={setName}
        />
        <TextField
          label={secretRefs.value}
          type="password"
          autoComplete="off"
          value={value}
          error={tried && !value ? secretRefs.missingValue : fieldError(error, 'value')}
          onText={setValue}
        />
      </SpaceBetween>
    </Modal>
  );
}
