import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { common } from '../../strings/common';
import { notifications } from '../../strings/notifications';
import type { S } from '../../types';
import { Foreign } from '../../ui/Foreign';
import type { Column } from '../../ui/ListTable';
import { RelativeTime } from '../../ui/RelativeTime';
import { ChannelActions } from './ChannelActions';

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

export const channelColumns: Column<Channel>[] = [
  {
    id: 'name',
    header: notifications.name,
    heading: true,
    width: 160,
    cell: ({ name }) => <Foreign text={name} most={80} />,
  },
  {
    id: 'kind',
    header: notifications.kind,
    cell: ({ kind, enabled }) => (
      <>
        {notifications.kinds[kind]}
        {!enabled && <div className="muted small">{notifications.off}</div>}
      </>
    ),
  },
  {
    id: 'target',
    header: notifications.target,
    width: 180,
    cell: (channel) => <Foreign text={targetOf(channel)} most={160} />,
  },
  {
    id: 'last',
    header: notifications.last,
    width: 160,
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
    silent: true,
    width: 90,
    cell: (channel) => <ChannelActions channel={channel} />,
  },
];
