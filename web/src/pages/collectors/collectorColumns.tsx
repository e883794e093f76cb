import { collectors } from '../../strings/collectors';
import { common } from '../../strings/common';
import type { S } from '../../types';
import { CollectorState } from '../../ui/CollectorState';
import { Foreign } from '../../ui/Foreign';
import { count } from '../../ui/format';
import type { Column } from '../../ui/ListTable';
import { RelativeTime } from '../../ui/RelativeTime';
import { CollectorActions } from './CollectorActions';

const skewShownMs = 2_000;

function skewText(skew: number | null): string {
  if (skew === null) return common.none;
  const seconds = Math.round(Math.abs(skew) / 1000);
  if (Math.abs(skew) < skewShownMs) return collectors.skewRight;
  return skew > 0 ? collectors.skewBefore(seconds) : collectors.skewBehind(seconds);
}

const presence: Column<S['Collector']>[] = [
  {
    id: 'name',
    header: collectors.name,
    heading: true,
    sort: 'name',
    width: 170,
    cell: ({ name, host }) => (
      <>
        <Foreign text={name} most={100} />
        <div className="muted small">
          <Foreign text={host ?? ''} most={100} />
        </div>
      </>
    ),
  },
  {
    id: 'state',
    header: collectors.state,
    width: 130,
    cell: ({ state }) => <CollectorState state={state} />,
  },
  {
    id: 'seen',
    header: collectors.seen,
    width: 110,
    cell: ({ last_seen_at }) => <RelativeTime at={last_seen_at} otherwise={common.never} />,
  },
];

const facts: Column<S['Collector']>[] = [
  {
    id: 'accounts',
    header: collectors.accounts,
    width: 100,
    cell: ({ accounts }) => count(accounts),
  },
  {
    id: 'version',
    header: collectors.version,
    cell: ({ version }) => <Foreign text={version ?? common.none} most={64} />,
  },
  {
    id: 'clock',
    header: collectors.skew,
    cell: ({ clock_skew_ms }) => skewText(clock_skew_ms),
  },
  {
    id: 'fingerprint',
    header: collectors.fingerprint,
    width: 190,
    cell: ({ fingerprint }) => (
      <span className="number">
        <Foreign text={fingerprint ?? common.none} />
      </span>
    ),
  },
  {
    id: 'actions',
    header: collectors.actionsHead,
    silent: true,
    width: 90,
    cell: (collector) => <CollectorActions collector={collector} />,
  },
];

export function collectorColumns(customers: Map<string, string>): Column<S['Collector']>[] {
  return [
    ...presence,
    {
      id: 'customer',
      header: collectors.customer,
      width: 130,
      cell: ({ customer_id }) =>
        customer_id ? (
          <Foreign text={customers.get(customer_id) ?? customer_id} most={100} />
        ) : (
          collectors.everyCustomer
        ),
    },
    ...facts,
  ];
}
