import ButtonDropdown from '@cloudscape-design/components/button-dropdown';
import { useState } from 'react';
import { useDeleteCollector, useEnrolmentToken, useRevokeCollector } from '../../api/collectors';
import { shownError } from '../../api/problem';
import { useMay } from '../../api/session';
import { collectors } from '../../strings/collectors';
import { roleNeeded } from '../../strings/common';
import type { S } from '../../types';
import { ConfirmDialog } from '../../ui/ConfirmDialog';
import { useFlash } from '../../ui/flash';
import { Foreign } from '../../ui/Foreign';
import { clipped, visible } from '../../ui/foreignText';
import { EnrolmentCommand } from './EnrolmentCommand';

const nameChars = 80;

interface DialogProps {
  collector: S['Collector'];
  onClose: () => void;
}

function RevokeDialog({ collector, onClose }: DialogProps) {
  const revoke = useRevokeCollector();
  const flash = useFlash();
  const done = () => {
    flash({ type: 'success', content: collectors.revoked });
    onClose();
  };
  return (
    <ConfirmDialog
      title={collectors.revokeTitle}
      confirm={collectors.revoke}
      pending={revoke.isPending}
      error={revoke.error}
      onClose={onClose}
      onConfirm={() => revoke.mutate(collector.id, { onSuccess: done })}
    >
      <Foreign text={collectors.revokeText(collector.name)} most={400} />
    </ConfirmDialog>
  );
}

function DeleteDialog({ collector, onClose }: DialogProps) {
  const remove = useDeleteCollector();
  const flash = useFlash();
  const done = () => {
    flash({ type: 'success', content: collectors.removed });
    onClose();
  };
  return (
    <ConfirmDialog
      title={collectors.removeTitle}
      confirm={collectors.remove}
      pending={remove.isPending}
      error={remove.error}
      onClose={onClose}
      onConfirm={() => remove.mutate(collector.id, { onSuccess: done })}
    >
      <Foreign text={collectors.removeText(collector.name)} most={400} />
    </ConfirmDialog>
  );
}

function itemsOf({ state }: S['Collector']) {
  return [
    ...(state === 'revoked' ? [] : [{ id: 'enrol', text: collectors.enrol }]),
    ...(state === 'revoked' ? [] : [{ id: 'revoke', text: collectors.revoke }]),
    { id: 'delete', text: collectors.remove },
  ];
}

export function CollectorActions({ collector }: { collector: S['Collector'] }) {
  const [dialog, setDialog] = useState<'revoke' | 'delete' | null>(null);
  const token = useEnrolmentToken();
  const flash = useFlash();
  const mayChange = useMay('admin');
  const close = () => setDialog(null);
  const chosen = (id: string) => {
    if (id === 'revoke' || id === 'delete') return setDialog(id);
    token.mutate(collector.id, {
      onError: (error) => {
        const { title, detail } = shownError(error);
        flash({ type: 'error', header: title, content: detail });
      },
    });
  };
  return (
    <>
      <ButtonDropdown
        variant="icon"
        expandToViewport
        loading={token.isPending}
        disabled={!mayChange}
        disabledReason={mayChange ? undefined : roleNeeded.admin}
        ariaLabel={collectors.actions(clipped(visible(collector.name), nameChars))}
        items={itemsOf(collector)}
        onItemClick={({ detail }) => chosen(detail.id)}
      />
      {dialog === 'revoke' && <RevokeDialog collector={collector} onClose={close} />}
      {dialog === 'delete' && <DeleteDialog collector={collector} onClose={close} />}
      {token.data && <EnrolmentCommand token={token.data} onClose={() => token.reset()} />}
    </>
  );
}
