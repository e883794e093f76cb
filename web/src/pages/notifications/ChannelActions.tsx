import ButtonDropdown from '@cloudscape-design/components/button-dropdown';
import { useState } from 'react';
import { useDeleteChannel, useTestChannel, useUpdateChannel } from '../../api/notifications';
import { notifications as text } from '../../strings/notifications';
import type { S } from '../../types';
import { ConfirmDialog } from '../../ui/ConfirmDialog';
import { useFlash } from '../../ui/flash';
import { Foreign } from '../../ui/Foreign';
import { clipped, visible } from '../../ui/foreignText';
import { ChannelDialog } from './ChannelDialog';

type Channel = S['NotificationChannel'];

function DeleteChannel({ channel, onClose }: { channel: Channel; onClose: () => void }) {
  const remove = useDeleteChannel();
  return (
    <ConfirmDialog
      title={text.removeChannelTitle}
      confirm={text.remove}
      pending={remove.isPending}
      error={remove.error}
      onClose={onClose}
      onConfirm={() => remove.mutate(channel.id, { onSuccess: onClose })}
    >
      <Foreign text={text.removeChannelText(channel.name)} most={300} />
    </ConfirmDialog>
  );
}

function useTest(channel: Channel) {
  const test = useTestChannel();
  const flash = useFlash();
  const name = clipped(visible(channel.name), 60);
  const run = () =>
    test.mutate(channel.id, {
      onSuccess: ({ ok, checks }) => {
        const said = checks.map(({ detail, hint }) => `${detail} ${hint}`.trim()).join(' ');
        if (ok) flash({ type: 'success', content: text.tested(name) });
        else flash({ type: 'error', header: text.notSent(name), content: said });
      },
      onError: ({ title, detail }) => flash({ type: 'error', header: title, content: detail }),
    });
  return { run, pending: test.isPending };
}

function useSwitch(channel: Channel) {
  const update = useUpdateChannel();
  const flash = useFlash();
  const run = () =>
    update.mutate(
      { id: channel.id, patch: { enabled: !channel.enabled } },
      {
        onSuccess: ({ enabled }) => flash({ type: 'success', content: text.switched(enabled) }),
        onError: ({ title, detail }) => flash({ type: 'error', header: title, content: detail }),
      },
    );
  return { run, pending: update.isPending };
}

export function ChannelActions({ channel }: { channel: Channel }) {
  const [dialog, setDialog] = useState<'edit' | 'delete' | null>(null);
  const close = () => setDialog(null);
  const test = useTest(channel);
  const turn = useSwitch(channel);
  return (
    <>
      <ButtonDropdown
        variant="icon"
        expandToViewport
        loading={test.pending || turn.pending}
        ariaLabel={text.actionsOf(clipped(visible(channel.name), 60))}
        items={[
          { id: 'test', text: text.test },
          { id: 'edit', text: text.edit },
          { id: 'switch', text: channel.enabled ? text.switchOff : text.switchOn },
          { id: 'delete', text: text.remove },
        ]}
        onItemClick={({ detail }) => {
          if (detail.id === 'test') test.run();
          if (detail.id === 'switch') turn.run();
          if (detail.id === 'edit' || detail.id === 'delete') setDialog(detail.id);
        }}
      />
      {dialog === 'edit' && <ChannelDialog channel={channel} onClose={close} />}
      {dialog === 'delete' && <DeleteChannel channel={channel} onClose={close} />}
    </>
  );
}
