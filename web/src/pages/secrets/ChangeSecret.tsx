import { useState } from 'react';
import { fieldError } from '../../api/problem';
import { useUpdateSecret } from '../../api/secrets';
import { common } from '../../strings/common';
import { secrets } from '../../strings/secrets';
import type { S } from '../../types';
import { useFlash } from '../../ui/flash';
import { FormDialog } from '../../ui/FormDialog';
import { SecretValue } from './SecretValue';

/** Another value of a sealed secret, another place of one that is kept elsewhere. */
export function ChangeSecret({ secret, onClose }: { secret: S['Secret']; onClose: () => void }) {
  const isSealed = secret.manager === 'sealed';
  const [value, setValue] = useState(isSealed ? '' : secret.ref);
  const [tried, setTried] = useState(false);
  const update = useUpdateSecret();
  const flash = useFlash();
  const refused = fieldError(update.error, 'value', 'ref');
  const send = () => {
    setTried(true);
    if (!value.trim()) return;
    const patch = isSealed ? { value } : { ref: value.trim() };
    update.mutate(
      { id: secret.id, patch },
      {
        onSuccess: () => {
          flash({ type: 'success', content: secrets.saved });
          onClose();
        },
      },
    );
  };
  return (
    <FormDialog
      title={isSealed ? secrets.rotate : secrets.rotateRef}
      submit={common.save}
      pending={update.isPending}
      error={refused ? null : update.error}
      onSubmit={send}
      onClose={onClose}
    >
      <SecretValue
        manager={secret.manager}
        value={value}
        tried={tried}
        refused={refused}
        autoFocus
        onText={setValue}
      />
    </FormDialog>
  );
}
