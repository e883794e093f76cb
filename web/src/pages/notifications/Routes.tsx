import Button from '@cloudscape-design/components/button';
import { useState } from 'react';
import { useCustomers } from '../../api/customers';
import { useDeleteRoute, useRoutes } from '../../api/notifications';
import { severityNames } from '../../strings/common';
import { notifications as text } from '../../strings/notifications';
import type { S } from '../../types';
import { EmptyState } from '../../ui/EmptyState';
import { useFlash } from '../../ui/flash';
import { Foreign } from '../../ui/Foreign';
import { clipped, visible } from '../../ui/foreignText';
import { type Column, ListTable } from '../../ui/ListTable';
import { RouteDialog } from './RouteDialog';

type Route = S['NotificationRoute'];
const customersMost = 500;

function noticesOf({ kinds }: Route): string {
  if (!kinds || kinds.length === 0) return text.every;
  return kinds.map((kind) => text.noticeKinds[kind]).join(', ');
}

function DeleteRoute({ route }: { route: Route }) {
  const remove = useDeleteRoute();
  const flash = useFlash();
  return (
    <Button
      variant="inline-link"
      loading={remove.isPending}
      ariaLabel={text.routeOf(clipped(visible(route.channel_name), 60))}
      onClick={() =>
        remove.mutate(route.id, {
          onError: ({ title, detail }) => flash({ type: 'error', header: title, content: detail }),
        })
      }
    >
      {text.remove}
    </Button>
  );
}

function columnsWith(customerName: (id: string) => string): Column<Route>[] {
  return [
    {
      id: 'channel',
      header: text.channel,
      heading: true,
      cell: ({ channel_name }) => <Foreign text={channel_name} most={80} />,
    },
    { id: 'notices', header: text.notices, minWidth: 220, cell: noticesOf },
    {
      id: 'least',
      header: text.least,
      cell: ({ min_severity }) => severityNames[min_severity ?? 'high'],
    },
    {
      id: 'customer',
      header: text.customer,
      cell: ({ customer_id: id }) => <Foreign text={id ? customerName(id) : text.everyCustomer} />,
    },
    {
      id: 'digest',
      header: text.digestHour,
      cell: ({ digest_hour: hour }) => (hour === null || hour === undefined ? '' : `${hour}:00`),
    },
    { id: 'actions', header: text.actions, cell: (route) => <DeleteRoute route={route} /> },
  ];
}

export function Routes() {
  const { data, error, isPending, refetch } = useRoutes();
  const customers = useCustomers({ limit: customersMost });
  const [adding, setAdding] = useState(false);
  const nameOf = (id: string) => customers.data?.items.find((each) => each.id === id)?.name ?? id;
  return (
    <>
      <ListTable<Route>
        title={text.routes}
        titleAs="h2"
        description={text.routesText}
        actions={<Button onClick={() => setAdding(true)}>{text.addRoute}</Button>}
        columns={columnsWith(nameOf)}
        items={data?.items}
        idOf={({ id }) => id}
        loading={isPending}
        error={error}
        onRetry={() => void refetch()}
        empty={<EmptyState title={text.noRoutes} text={text.noRoutesText} />}
      />
      {adding && <RouteDialog onClose={() => setAdding(false)} />}
    </>
  );
}
