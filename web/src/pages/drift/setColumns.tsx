import { drift } from '../../strings/drift';
import type { S } from '../../types';
import { AppButton } from '../../ui/AppButton';
import { AppLink } from '../../ui/AppLink';
import { Foreign } from '../../ui/Foreign';
import type { Column } from '../../ui/ListTable';
import { RelativeTime } from '../../ui/RelativeTime';
import { SeverityCounts } from '../../ui/SeverityCounts';

/** What was rejected is there until it is reverted, and what was snoozed comes back: both are counted. */
function Open({ counts }: Pick<S['ChangeSet'], 'counts'>) {
  const decided = drift.decidedOf(counts.rejected, counts.snoozed);
  return (
    <>
      <SeverityCounts counts={counts} />
      {decided && <div className="muted small">{decided}</div>}
    </>
  );
}

const reviewAddress = ({ account_id: account, id }: S['ChangeSet']) =>
  `/accounts/${account}/drift/review?set=${id}`;

export const setColumns: Column<S['ChangeSet']>[] = [
  {
    id: 'account',
    header: drift.account,
    heading: true,
    width: 200,
    cell: (set) => (
      <AppLink href={reviewAddress(set)}>
        <Foreign text={set.account_name} most={100} />
      </AppLink>
    ),
  },
  {
    id: 'open',
    header: drift.open,
    sort: 'severity',
    width: 180,
    cell: ({ counts }) => <Open counts={counts} />,
  },
  { id: 'kind', header: drift.kind, cell: ({ kind }) => drift.kinds[kind] },
  {
    id: 'since',
    header: drift.since,
    sort: 'created_at',
    cell: ({ created_at }) => <RelativeTime at={created_at} />,
  },
  {
    id: 'updated',
    header: drift.updated,
    sort: 'updated_at',
    cell: ({ updated_at }) => <RelativeTime at={updated_at} />,
  },
  {
    id: 'review',
    header: drift.actions,
    silent: true,
    width: 110,
    cell: (set) => (
      <AppButton
        variant="inline-link"
        href={reviewAddress(set)}
        ariaLabel={drift.reviewOf(set.account_name)}
      >
        {drift.review}
      </AppButton>
    ),
  },
];
