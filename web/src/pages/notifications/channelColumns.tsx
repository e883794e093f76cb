import Button from '@cloudscape-design/components/button';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { common } from '../../strings/common';
import { notifications } from '../../strings/notifications';
import type { S } from '../../types';
import { Foreign } from '../../ui/Foreign';
import { clipped, visible } from '../../ui/foreignText';
import type { Column } from '../../ui/ListTable';
import { RelativeTime } from '../../ui/RelativeTime';
import { TestChannel } from './TestChannel';

type Channel = S['NotificationChannel'];

function targetOf({ email, slack, webhook }: Channel): string {
  return email?.to.join(', ') ?? webhook?.url ?? slack?.url.ref ?? '';
}

function Last({ channel }: { channel: Channel }) {
  const { last_success_at: sent, last_failure_at: failed, last_error: error } = channel;
  if (failed && (!sent || failed > sent)) {
    return (
      <>
        <StatusIndicator type="error">
          {notifications.failed} <RelativeTime at={failed} />
        </StatusIndicator>
        <div className="muted small">
          <Foreign text={error ?? ''} most={200} />
        </div>
      </>
    );
  }
  if (!sent) return <>{common.never}</>;
  return (
    <StatusIndicator type="success">
      {notifications.sent} <RelativeTime at={sent} />
    </StatusIndicator>
  );
}

export function channelColumns(onDelete: (channel: Channel) => void): Column<Channel>[] {
  return [
    {
      id: 'name',
      header: notifications.name,
      heading: true,
      minWidth: 160,
      cell: ({ name }) => <Foreign text={name} most={80} />,
    },
    { id: 'kind', header: notifications.kind, cell: ({ kind }) => notifications.kinds[kind] },
    {
      id: 'target',
      header: notifications.target,
      minWidth: 180,
      cell: (channel) => <Foreign text={targetOf(channel)} most={160} />,
    },
    {
      id: 'last',
      header: notifications.last,
      minWidth: 160,
      cell: (channel) => (
        <>
          <Last channel={channel} />
          {channel.waiting > 0 && (
            <div className="small">{notifications.waiting(channel.waiting)}</div>
          )}
          {channel.dead > 0 && <div className="small">{notifications.dead(channel.dead)}</div>}
        </>
      ),
    },
    {
      id: 'actions',
      header: notifications.actions,
      minWidth: 180,
      cell: (channel) => (
        <SpaceBetween direction="horizontal" size="s">
          <TestChannel channel={channel} />
          <Button
            variant="inline-link"
            ariaLabel={notifications.removeOf(clipped(visible(channel.name), 60))}
            onClick={() => onDelete(channel)}
          >
            {notifications.remove}
          </Button>
        </SpaceBetween>
      ),
    },
  ];
}
