import Button from '@cloudscape-design/components/button';
import { useState } from 'react';
import { useChannels, useDeleteChannel } from '../../api/notifications';
import { notifications } from '../../strings/notifications';
import type { S } from '../../types';
import { ConfirmDialog } from '../../ui/ConfirmDialog';
import { EmptyState } from '../../ui/EmptyState';
import { Foreign } from '../../ui/Foreign';
import { ListTable } from '../../ui/ListTable';
import { ChannelDialog } from './ChannelDialog';
import { channelColumns } from './channelColumns';

type Channel = S['NotificationChannel'];

function DeleteChannel({ channel, onClose }: { channel: Channel; onClose: () => void }) {
  const remove = useDeleteChannel();
  return (
    <ConfirmDialog
      title={notifications.removeChannelTitle}
      confirm={notifications.remove}
      pending={remove.isPending}
      error={remove.error}
      onClose={onClose}
      onConfirm={() => remove.mutate(channel.id, { onSuccess: onClose })}
    >
      <Foreign text={notifications.removeChannelText(channel.name)} most={300} />
    </ConfirmDialog>
  );
}

export function Channels() {
  const { data, error, isPending, refetch } = useChannels();
  const [adding, setAdding] = useState(false);
  const [deleting, setDeleting] = useState<Channel | null>(null);
  return (
    <>
      <ListTable<Channel>
        title={notifications.channels}
        titleAs="h2"
        description={notifications.channelsText}
        actions={<Button onClick={() => setAdding(true)}>{notifications.addChannel}</Button>}
        columns={channelColumns(setDeleting)}
        items={data?.items}
        idOf={({ id }) => id}
        loading={isPending}
        error={error}
        onRetry={() => void refetch()}
        empty={<EmptyState title={notifications.noChannels} text={notifications.noChannelsText} />}
      />
      {adding && <ChannelDialog onClose={() => setAdding(false)} />}
      {deleting && <DeleteChannel channel={deleting} onClose={() => setDeleting(null)} />}
    </>
  );
}
