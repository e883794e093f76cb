import { common } from '../../strings/common';
import { hooks } from '../../strings/hooks';
import type { S } from '../../types';
import { Foreign } from '../../ui/Foreign';
import type { Column } from '../../ui/ListTable';
import { RelativeTime } from '../../ui/RelativeTime';
import { DeleteHook } from './DeleteHook';

type Hook = S['DeploymentHook'];

export interface Names {
  customers: Map<string, string>;
  accounts: Map<string, string>;
}

function placesOf(hook: Hook, { customers, accounts }: Names): string {
  const { customer_id: customer, account_ids: ids, regions, tags } = hook;
  const parts = [
    ...(customer ? [customers.get(customer) ?? customer] : []),
    ...ids.map((id) => accounts.get(id) ?? id),
    ...regions,
    ...Object.entries(tags).map(([key, value]) => `${key}=${value}`),
  ];
  return parts.join(', ') || hooks.everywhere;
}

export function hookColumns(names: Names): Column<Hook>[] {
  return [
    {
      id: 'name',
      header: hooks.name,
      heading: true,
      sort: 'name',
      width: 180,
      cell: ({ name }) => <Foreign text={name} most={100} />,
    },
    { id: 'kind', header: hooks.kind, cell: ({ kind }) => hooks.kinds[kind] },
    {
      id: 'scope',
      header: hooks.scope,
      width: 200,
      cell: (hook) => (
        <>
          <Foreign text={placesOf(hook, names)} most={200} />
          {hook.principal && (
            <div className="muted small">
              {hooks.by} <Foreign text={hook.principal} most={120} />
            </div>
          )}
        </>
      ),
    },
    {
      id: 'scan',
      header: hooks.scanAfter,
      cell: ({ scan_after }) => (scan_after ? hooks.yes : hooks.no),
    },
    {
      id: 'used',
      header: hooks.used,
      cell: ({ last_used_at }) => <RelativeTime at={last_used_at} otherwise={common.never} />,
    },
    {
      id: 'created',
      header: hooks.created,
      sort: 'created_at',
      cell: ({ created_at, created_by }) => (
        <>
          <RelativeTime at={created_at} />
          <div className="muted small">
            <Foreign text={created_by} most={60} />
          </div>
        </>
      ),
    },
    {
      id: 'actions',
      header: hooks.actions,
      silent: true,
      cell: (hook) => <DeleteHook hook={hook} />,
    },
  ];
}
