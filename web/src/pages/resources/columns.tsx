/** The columns of lists of resources. */
import { categoryName } from '../../strings/categories';
import { resources } from '../../strings/resources';
import type { S } from '../../types';
import { AppLink } from '../../ui/AppLink';
import { Foreign } from '../../ui/Foreign';
import { RelativeTime } from '../../ui/RelativeTime';
import { TypeName } from '../../ui/TypeName';
import type { Column } from '../../ui/ListTable';
import { ResourceName } from './ResourceName';

interface Wants {
  hrefOf: (resource: S['Resource']) => string;
  /** Names of accounts by id; absent where all are of one account. */
  accounts?: Map<string, string>;
}

export function resourceColumns({ hrefOf, accounts }: Wants): Column<S['Resource']>[] {
  const columns: Column<S['Resource']>[] = [
    {
      id: 'name',
      header: resources.name,
      heading: true,
      sort: 'name',
      width: 220,
      cell: (each) => <ResourceName resource={each} href={hrefOf(each)} />,
    },
    {
      id: 'type',
      header: resources.type,
      sort: 'type',
      width: 215,
      cell: (each) => <TypeName type={each.type} />,
    },
    {
      id: 'category',
      header: resources.category,
      wideOnly: true,
      cell: (each) => categoryName(each.category),
    },
    {
      id: 'region',
      header: resources.region,
      sort: 'region',
      cell: (each) => <Foreign text={each.region} />,
    },
    {
      id: 'changed',
      header: resources.changed,
      sort: 'last_changed',
      width: 130,
      cell: (each) => <RelativeTime at={each.last_changed} />,
    },
  ];
  if (accounts) {
    columns.splice(2, 1, {
      id: 'account',
      header: resources.account,
      cell: (each) => (
        <AppLink href={`/accounts/${each.account_id}`}>
          <Foreign text={accounts.get(each.account_id) ?? each.account_id} most={60} />
        </AppLink>
      ),
    });
  }
  return columns;
}
