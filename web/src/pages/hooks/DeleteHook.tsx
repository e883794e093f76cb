import Button from '@cloudscape-design/components/button';
import { useState } from 'react';
import { useDeleteHook } from '../../api/deployments';
import { hooks } from '../../strings/hooks';
import type { S } from '../../types';
import { ConfirmDialog } from '../../ui/ConfirmDialog';
import { useFlash } from '../../ui/flash';
import { Foreign } from '../../ui/Foreign';
import { clipped, visible } from '../../ui/foreignText';

function Dialog({ hook, onClose }: { hook: S['DeploymentHook']; onClose: () => void }) {
  const remove = useDeleteHook();
  const flash = useFlash();
  const done = () => {
    flash({ type: 'success', content: hooks.removed });
    onClose();
  };
  return (
    <ConfirmDialog
      title={hooks.removeTitle}
      confirm={hooks.remove}
      pending={remove.isPending}
      error={remove.error}
      onClose={onClose}
      onConfirm={() => remove.mutate(hook.id, { onSuccess: done })}
    >
      <Foreign text={hooks.removeText(hook.name)} most={400} />
    </ConfirmDialog>
  );
}

export function DeleteHook({ hook }: { hook: S['DeploymentHook'] }) {
  const [asking, setAsking] = useState(false);
  return (
    <>
      <Button
        variant="inline-link"
        ariaLabel={hooks.removeOf(clipped(visible(hook.name), 60))}
        onClick={() => setAsking(true)}
      >
        {hooks.remove}
      </Button>
      {asking && <Dialog hook={hook} onClose={() => setAsking(false)} />}
    </>
  );
}
