import { useState } from 'react';
import { useRules } from '../../api/rules';
import { useMay } from '../../api/session';
import { roleNeeded } from '../../strings/common';
import { rules } from '../../strings/rules';
import type { S } from '../../types';
import { AppButton } from '../../ui/AppButton';
import { EmptyState } from '../../ui/EmptyState';
import { ListPage } from '../../ui/ListPage';
import { useListUrl } from '../../ui/useListUrl';
import { usePage } from '../../ui/usePage';
import { RuleDialog } from './RuleDialog';
import { ruleColumns } from './ruleColumns';

const fields = [
  { name: 'name' },
  { name: 'action', values: ['ignore', 'severity'] },
  { name: 'type' },
  { name: 'enabled', values: ['true', 'false'] },
  { name: 'builtin', values: ['true', 'false'] },
  { name: 'reason' },
  { name: 'owner' },
  { name: 'created_at' },
  { name: 'expires_at' },
];

export function Component() {
  usePage([{ text: rules.title, href: '/rules' }], 'table');
  const list = useListUrl();
  const [adding, setAdding] = useState(false);
  const mayAdd = useMay('operator');
  const { q, cursor, size } = list;
  // What people made comes first; the built-in classes are the oldest.
  const sort = list.sort || '-created_at';
  const answer = useRules({ q, sort, cursor, limit: size });
  return (
    <>
      <ListPage<S['Rule']>
        title={rules.title}
        titleAs="h1"
        description={rules.intro}
        actions={
          <AppButton
            variant="primary"
            refusedBecause={mayAdd ? undefined : roleNeeded.operator}
            onClick={() => setAdding(true)}
          >
            {rules.add}
          </AppButton>
        }
        columns={ruleColumns}
        idOf={({ id }) => id}
        list={list}
        answer={answer}
        empty={<EmptyState title={rules.emptyTitle} text={rules.emptyText} />}
        sort={sort}
        filter={{ label: rules.filter, placeholder: rules.filterPlaceholder, fields: fields }}
      />
      {adding && <RuleDialog onClose={() => setAdding(false)} />}
    </>
  );
}
