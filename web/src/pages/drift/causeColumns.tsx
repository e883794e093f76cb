import { drift } from '../../strings/drift';
import type { S } from '../../types';
import { AppLink } from '../../ui/AppLink';
import { Foreign } from '../../ui/Foreign';
import type { Column } from '../../ui/ListTable';
import { OpMark } from '../../ui/OpMark';
import { RelativeTime } from '../../ui/RelativeTime';
import { SeverityBadge } from '../../ui/SeverityBadge';
import { TypeName } from '../../ui/TypeName';
import { actorText, titleOf } from './groupText';

type DriftGroup = S['DriftGroup'];

export function causeColumns(hrefOf: (key: string) => string): Column<DriftGroup>[] {
  return [
    {
      id: 'severity',
      header: drift.severity,
      width: 110,
      cell: ({ severity }) => <SeverityBadge severity={severity} />,
    },
    {
      id: 'what',
      header: drift.what,
      heading: true,
      width: 260,
      cell: (group) => (
        <>
          <OpMark op={group.op} />{' '}
          <AppLink href={hrefOf(group.key)}>
            <Foreign text={titleOf(group)} />
          </AppLink>
          <div className="muted small">
            <TypeName type={group.type} /> · {drift.changes(group.changes)}
          </div>
        </>
      ),
    },
    {
      id: 'where',
      header: drift.where,
      width: 150,
      cell: ({ accounts, customers }) => drift.places(accounts, customers),
    },
    { id: 'who', header: drift.who, cell: actorText },
    { id: 'since', header: drift.since, cell: ({ since }) => <RelativeTime at={since} /> },
  ];
}
