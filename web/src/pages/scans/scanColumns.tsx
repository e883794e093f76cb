import { isOver } from '../../api/live/hooks';
import { common } from '../../strings/common';
import { scans, triggers } from '../../strings/scans';
import type { S } from '../../types';
import { AppLink } from '../../ui/AppLink';
import { Foreign } from '../../ui/Foreign';
import { count, duration } from '../../ui/format';
import type { Column } from '../../ui/ListTable';
import { RelativeTime } from '../../ui/RelativeTime';
import { isFirstInventory, ScanState } from '../../ui/ScanState';

type ScanColumn = Column<S['Scan']>;

const noteChars = 200;
const nameChars = 80;

export function changesText({ counts, snapshot_id: snapshot }: S['Scan']): string {
  if (!snapshot) return common.empty;
  const { added, modified, removed } = counts;
  if (isFirstInventory(counts)) return scans.firstInventory;
  if (added + modified + removed === 0) return scans.noChanges;
  return `+${count(added)} −${count(removed)} ~${count(modified)}`;
}

const started: ScanColumn = {
  id: 'started',
  header: scans.started,
  heading: true,
  width: 130,
  cell: (scan) => (
    <AppLink href={`/scans/${scan.id}`}>
      <RelativeTime at={scan.started_at ?? scan.created_at} />
    </AppLink>
  ),
};

const rest: ScanColumn[] = [
  {
    id: 'state',
    header: scans.state,
    width: 140,
    cell: (scan) => <ScanState state={scan.state} coverage={scan.coverage} />,
  },
  { id: 'changes', header: scans.changes, width: 130, cell: changesText },
  {
    id: 'resources',
    header: scans.resources,
    width: 105,
    cell: ({ counts, state }) => (isOver(state) ? count(counts.resources) : common.empty),
  },
  {
    id: 'took',
    header: scans.took,
    width: 90,
    cell: (scan) => (scan.duration_ms === null ? common.empty : duration(scan.duration_ms)),
  },
  {
    id: 'trigger',
    header: scans.trigger,
    width: 100,
    cell: ({ trigger }) => triggers[trigger],
  },
  {
    id: 'note',
    header: scans.note,
    wideOnly: true,
    cell: ({ error }) => (error ? <Foreign text={error.message} most={noteChars} /> : ''),
  },
];

export const historyColumns: ScanColumn[] = [started, ...rest];

/** The list over all accounts says which one. */
export function allScansColumns(names: Map<string, string>): ScanColumn[] {
  const account: ScanColumn = {
    id: 'account',
    header: scans.account,
    width: 180,
    cell: ({ account_id: id }) => (
      <AppLink href={`/accounts/${id}`}>
        <Foreign text={names.get(id) ?? id} most={nameChars} />
      </AppLink>
    ),
  };
  return [started, account, ...rest];
}
