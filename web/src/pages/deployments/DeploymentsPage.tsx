import { useState } from 'react';
import { useDeployments } from '../../api/deployments';
import { useMay } from '../../api/session';
import { roleNeeded } from '../../strings/common';
import { deployments } from '../../strings/deployments';
import { hooks } from '../../strings/hooks';
import type { S } from '../../types';
import { Actions } from '../../ui/Actions';
import { EmptyState } from '../../ui/EmptyState';
import { ListPage } from '../../ui/ListPage';
import { useListUrl } from '../../ui/useListUrl';
import { usePage } from '../../ui/usePage';
import { deploymentColumns } from './deploymentColumns';
import { WindowDialog } from './WindowDialog';

const fields = [
  { name: 'name' },
  { name: 'state', values: Object.keys(deployments.states) },
  { name: 'source', values: Object.keys(deployments.sources) },
  { name: 'customer' },
  { name: 'commit' },
  { name: 'created_by' },
  { name: 'started_at' },
  { name: 'ended_at' },
];

export function Component() {
  usePage([{ text: deployments.title, href: '/deployments' }], 'table');
  const list = useListUrl();
  const [opening, setOpening] = useState(false);
  const mayOpen = useMay('operator');
  const isAdmin = useMay('admin');
  const sort = list.sort || '-started_at';
  const { q, cursor, size } = list;
  const answer = useDeployments({ q, sort, cursor, limit: size });
  return (
    <>
      <ListPage<S['Deployment']>
        title={deployments.title}
        titleAs="h1"
        description={deployments.intro}
        actions={
          <Actions
            actions={[
              ...(isAdmin ? [{ id: 'hooks', text: hooks.link, href: '/deployments/hooks' }] : []),
              {
                id: 'open',
                text: deployments.open,
                refusedBecause: mayOpen ? undefined : roleNeeded.operator,
                onClick: () => setOpening(true),
              },
            ]}
          />
        }
        columns={deploymentColumns}
        idOf={({ id }) => id}
        list={list}
        answer={answer}
        empty={<EmptyState title={deployments.emptyTitle} text={deployments.emptyText} />}
        sort={sort}
        filter={{
          label: deployments.filter,
          placeholder: deployments.filterPlaceholder,
          fields: fields,
        }}
      />
      {opening && <WindowDialog onClose={() => setOpening(false)} />}
    </>
  );
}
