import { useMemo } from 'react';
import { everyAccount, useAccounts } from '../../api/accounts';
import { useScans } from '../../api/scans';
import { scans as text, scanStates, triggers } from '../../strings/scans';
import type { S } from '../../types';
import { AppButton } from '../../ui/AppButton';
import { EmptyState } from '../../ui/EmptyState';
import type { FilterField } from '../../ui/FilterBar';
import { PropertyList } from '../../ui/PropertyList';
import { useListUrl } from '../../ui/useListUrl';
import { usePage } from '../../ui/usePage';
import { allScansColumns } from './scanColumns';

const crumbs = [{ text: text.title, href: '/scans' }];

function fields(names: Map<string, string>): FilterField[] {
  const choices = (of: Record<string, string>) =>
    Object.entries(of).map(([value, label]) => ({ value, label }));
  return [
    { key: 'state', label: text.state, operators: ['=', '!='], options: choices(scanStates) },
    { key: 'trigger', label: text.trigger, operators: ['=', '!='], options: choices(triggers) },
    {
      key: 'account',
      label: text.account,
      operators: ['=', '!=', ':'],
      options: [...names.values()].map((value) => ({ value })),
    },
  ];
}

export function Component() {
  usePage(crumbs, 'table');
  const list = useListUrl();
  const { q, sort, cursor, size } = list;
  const answer = useScans({ q, sort, cursor, limit: size });
  const accounts = useAccounts(everyAccount);
  const names = useMemo(
    () => new Map(accounts.data?.items.map(({ id, name }) => [id, name])),
    [accounts.data],
  );
  const columns = useMemo(() => allScansColumns(names), [names]);
  return (
    <PropertyList<S['Scan']>
      title={text.title}
      titleAs="h1"
      list={list}
      answer={answer}
      fixedOrder
      columns={columns}
      idOf={({ id }) => id}
      filter={{ label: text.filter, fields: fields(names) }}
      empty={
        <EmptyState
          title={text.emptyTitle}
          text={text.emptyText}
          action={<AppButton href="/accounts">{text.toAccounts}</AppButton>}
        />
      }
    />
  );
}
