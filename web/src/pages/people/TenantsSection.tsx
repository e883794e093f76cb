import Button from '@cloudscape-design/components/button';
import { useState } from 'react';
import { useTenants } from '../../api/tenants';
import { people } from '../../strings/people';
import type { S } from '../../types';
import { EmptyState } from '../../ui/EmptyState';
import { Foreign } from '../../ui/Foreign';
import { count } from '../../ui/format';
import { ListPage } from '../../ui/ListPage';
import type { Column } from '../../ui/ListTable';
import { RelativeTime } from '../../ui/RelativeTime';
import { useListUrl } from '../../ui/useListUrl';
import { TenantDialog } from './TenantDialog';

const fields = [{ name: 'name' }, { name: 'created_at' }];

const columns: Column<S['Tenant']>[] = [
  {
    id: 'name',
    header: people.tenantName,
    heading: true,
    sort: 'name',
    width: 220,
    cell: ({ name }) => <Foreign text={name} most={100} />,
  },
  { id: 'users', header: people.tenantUsers, cell: ({ users }) => count(users) },
  {
    id: 'created',
    header: people.tenantCreated,
    sort: 'created_at',
    cell: ({ created_at }) => <RelativeTime at={created_at} />,
  },
];

/** Settings: the organisations of this server, for its owner. */
export default function TenantsSection() {
  const list = useListUrl();
  const [adding, setAdding] = useState(false);
  const { q, cursor, size } = list;
  const sort = list.sort || 'name';
  const answer = useTenants({ q, sort, cursor, limit: size });
  return (
    <>
      <ListPage<S['Tenant']>
        title={people.tenants}
        titleAs="h2"
        description={people.tenantsText}
        actions={
          <Button variant="primary" onClick={() => setAdding(true)}>
            {people.tenantAdd}
          </Button>
        }
        list={list}
        answer={answer}
        sort={sort}
        columns={columns}
        idOf={({ id }) => id}
        filter={{
          label: people.tenantFilter,
          placeholder: people.tenantFilterPlaceholder,
          fields,
        }}
        empty={<EmptyState title={people.tenantEmpty} />}
      />
      {adding && <TenantDialog onClose={() => setAdding(false)} />}
    </>
  );
}
