import Button from '@cloudscape-design/components/button';
import ButtonDropdown from '@cloudscape-design/components/button-dropdown';
import { useState } from 'react';
import { everyCustomer, useCustomers } from '../../api/customers';
import { useDeleteRoute, useRoutes, useUpdateRoute } from '../../api/notifications';
import type { ApiError } from '../../api/problem';
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

function noticesOf({ kinds }: Route): string {
  if (!kinds || kinds.length === 0) return text.every;
  return kinds.map((kind) => text.noticeKinds[kind]).join(', ');
}

function useChange(route: Route) {
  const remove = useDeleteRoute();
  const update = useUpdateRoute();
  const flash = useFlash();
  const onError = ({ title, detail }: ApiError) =>
    flash({ type: 'error', header: title, content: detail });
  const say = (content: string) => flash({ type: 'success', content });
  return {
    pending: remove.isPending || update.isPending,
    remove: () => remove.mutate(route.id, { onError, onSuccess: () => say(text.routeRemoved) }),
    turn: () =>
      update.mutate(
        { id: route.id, patch: { enabled: route.enabled === false } },
        { onError, onSuccess: ({ enabled }) => say(text.switched(enabled !== false)) },
      ),
  };
}

function RouteActions({ route }: { route: Route }) {
  const [editing, setEditing] = useState(false);
  const { pending, remove, turn } = useChange(route);
  return (
    <>
      <ButtonDropdown
        variant="icon"
        expandToViewport
        loading={pending}
        ariaLabel={text.actionsOfRoute(clipped(visible(route.channel_name), 60))}
        items={[
          { id: 'edit', text: text.edit },
          { id: 'switch', text: route.enabled === false ? text.switchOn : text.switchOff },
          { id: 'delete', text: text.remove },
        ]}
        onItemClick={({ detail }) => {
          if (detail.id === 'edit') setEditing(true);
          if (detail.id === 'switch') turn();
          if (detail.id === 'delete') remove();
        }}
      />
      {editing && <RouteDialog route={route} onClose={() => setEditing(false)} />}
    </>
  );
}

function columnsWith(customerName: (id: string) => string): Column<Route>[] {
  return [
    {
      id: 'channel',
      header: text.channel,
      heading: true,
      cell: ({ channel_name, enabled }) => (
        <>
          <Foreign text={channel_name} most={80} />
          {enabled === false && <div className="muted small">{text.off}</div>}
        </>
      ),
    },
    { id: 'notices', header: text.notices, width: 220, cell: noticesOf },
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
    {
      id: 'actions',
      header: text.actions,
      silent: true,
      width: 90,
      cell: (route) => <RouteActions route={route} />,
    },
  ];
}

export function Routes() {
  const { data, error, isPending, refetch } = useRoutes();
  const customers = useCustomers(everyCustomer);
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
