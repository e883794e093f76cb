import Button from '@cloudscape-design/components/button';
import { useState } from 'react';
import { useChannels } from '../../api/notifications';
import { notifications } from '../../strings/notifications';
import type { S } from '../../types';
import { EmptyState } from '../../ui/EmptyState';
import { ListTable } from '../../ui/ListTable';
import { ChannelDialog } from './ChannelDialog';
import { channelColumns } from './channelColumns';

export function Channels() {
  const { data, error, isPending, refetch } = useChannels();
  const [adding, setAdding] = useState(false);
  return (
    <>
      <ListTable<S['NotificationChannel']>
        title={notifications.channels}
        titleAs="h2"
        description={notifications.channelsText}
        actions={<Button onClick={() => setAdding(true)}>{notifications.addChannel}</Button>}
        columns={channelColumns}
        items={data?.items}
        idOf={({ id }) => id}
        loading={isPending}
        error={error}
        onRetry={() => void refetch()}
        empty={<EmptyState title={notifications.noChannels} text={notifications.noChannelsText} />}
      />
      {adding && <ChannelDialog onClose={() => setAdding(false)} />}
    </>
  );
}
