import Button from '@cloudscape-design/components/button';
import StatusIndicator, {
  type StatusIndicatorProps,
} from '@cloudscape-design/components/status-indicator';
import Toggle from '@cloudscape-design/components/toggle';
import { useDeliveries, useRetryDelivery } from '../../api/notifications';
import { notifications as text } from '../../strings/notifications';
import type { S } from '../../types';
import { answeredList } from '../../ui/answeredList';
import { EmptyState } from '../../ui/EmptyState';
import { useFlash } from '../../ui/flash';
import { Foreign } from '../../ui/Foreign';
import { clipped, visible } from '../../ui/foreignText';
import { type Column, ListTable } from '../../ui/ListTable';
import { RelativeTime } from '../../ui/RelativeTime';
import { SeverityBadge } from '../../ui/SeverityBadge';
import { useListUrl } from '../../ui/useListUrl';

type Delivery = S['NotificationDelivery'];

const types: Record<Delivery['state'], StatusIndicatorProps.Type> = {
  pending: 'pending',
  sent: 'success',
  dead: 'error',
};

function Retry({ delivery }: { delivery: Delivery }) {
  const retry = useRetryDelivery();
  const flash = useFlash();
  return (
    <Button
      variant="inline-link"
      loading={retry.isPending}
      ariaLabel={text.retryOf(clipped(visible(delivery.title), 60))}
      onClick={() =>
        retry.mutate(delivery.id, {
          onError: ({ title, detail }) => flash({ type: 'error', header: title, content: detail }),
        })
      }
    >
      {text.retry}
    </Button>
  );
}

const columns: Column<Delivery>[] = [
  {
    id: 'what',
    header: text.what,
    heading: true,
    width: 240,
    cell: ({ title, severity }) => (
      <>
        <SeverityBadge severity={severity} /> <Foreign text={title} most={160} />
      </>
    ),
  },
  {
    id: 'channel',
    header: text.channel,
    cell: ({ channel_name }) => <Foreign text={channel_name} most={60} />,
  },
  {
    id: 'state',
    header: text.state,
    width: 160,
    cell: ({ state, attempts, error }) => (
      <>
        <StatusIndicator type={types[state]}>{text.states[state]}</StatusIndicator>
        {state !== 'sent' && (
          <div className="muted small">
            {text.attempts(attempts)}
            {error && (
              <>
                {': '}
                <Foreign text={error} most={160} />
              </>
            )}
          </div>
        )}
      </>
    ),
  },
  { id: 'when', header: text.when, cell: ({ created_at }) => <RelativeTime at={created_at} /> },
  {
    id: 'actions',
    header: text.actions,
    silent: true,
    cell: (delivery) => (delivery.state === 'dead' ? <Retry delivery={delivery} /> : null),
  },
];

/** What was sent, what waits, and what was given up. */
export function Deliveries() {
  const list = useListUrl();
  const onlyDead = list.get('state') === 'dead';
  const answer = useDeliveries({
    q: onlyDead ? 'state=dead' : '',
    cursor: list.cursor,
    limit: list.size,
  });
  return (
    <ListTable<Delivery>
      {...answeredList<Delivery>({
        title: text.deliveries,
        titleAs: 'h2',
        list,
        answer,
        fixedOrder: true,
        columns,
        idOf: ({ id }) => id,
        empty: <EmptyState title={text.noDeliveries} />,
      })}
      filter={
        <Toggle
          checked={onlyDead}
          onChange={({ detail }) => list.narrow({ state: detail.checked ? 'dead' : null })}
        >
          {text.onlyDead}
        </Toggle>
      }
    />
  );
}
