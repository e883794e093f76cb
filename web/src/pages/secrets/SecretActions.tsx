import ButtonDropdown from '@cloudscape-design/components/button-dropdown';
import { useState } from 'react';
import { shownError } from '../../api/problem';
import { useDeleteSecret, useTestSecret } from '../../api/secrets';
import { secrets } from '../../strings/secrets';
import type { S } from '../../types';
import { ConfirmDialog } from '../../ui/ConfirmDialog';
import { useFlash } from '../../ui/flash';
import { Foreign } from '../../ui/Foreign';
import { clipped, visible } from '../../ui/foreignText';
import { ChangeSecret } from './ChangeSecret';

const nameChars = 80;

function useTest(secret: S['Secret']) {
  const test = useTestSecret();
  const flash = useFlash();
  const name = clipped(visible(secret.name), nameChars);
  const run = () =>
    test.mutate(secret.id, {
      onSuccess: ({ ok, checks }) => {
        if (ok) return flash({ type: 'success', content: secrets.testPassed(name) });
        const said = checks
          .filter(({ status }) => status === 'fail')
          .map(({ detail, hint }) => `${detail} ${hint}`.trim())
          .join(' ');
        return flash({ type: 'error', header: secrets.testFailed(name), content: said });
      },
      onError: (error) => {
        const { title, detail } = shownError(error);
        flash({ type: 'error', header: title, content: detail });
      },
    });
  return { run, pending: test.isPending };
}

function DeleteSecret({ secret, onClose }: { secret: S['Secret']; onClose: () => void }) {
  const remove = useDeleteSecret();
  const flash = useFlash();
  return (
    <ConfirmDialog
      title={secrets.removeTitle}
      confirm={secrets.remove}
      pending={remove.isPending}
      error={remove.error}
      onClose={onClose}
      onConfirm={() =>
        remove.mutate(secret.id, {
          onSuccess: () => {
            flash({ type: 'success', content: secrets.removed });
            onClose();
          },
        })
      }
    >
      <Foreign text={secrets.removeText(secret.name)} most={400} />
    </ConfirmDialog>
  );
}

export function SecretActions({ secret }: { secret: S['Secret'] }) {
  const [dialog, setDialog] = useState<'change' | 'delete' | null>(null);
  const { run, pending } = useTest(secret);
  const isSealed = secret.manager === 'sealed';
  return (
    <>
      <ButtonDropdown
        variant="icon"
        expandToViewport
        loading={pending}
        ariaLabel={secrets.actions(clipped(visible(secret.name), nameChars))}
        items={[
          { id: 'test', text: secrets.test },
          { id: 'change', text: isSealed ? secrets.rotate : secrets.rotateRef },
          { id: 'delete', text: secrets.remove },
        ]}
        onItemClick={({ detail }) => {
          if (detail.id === 'test') run();
          if (detail.id === 'change' || detail.id === 'delete') setDialog(detail.id);
        }}
      />
      {dialog === 'change' && <ChangeSecret secret={secret} onClose={() => setDialog(null)} />}
      {dialog === 'delete' && <DeleteSecret secret={secret} onClose={() => setDialog(null)} />}
    </>
  );
}
