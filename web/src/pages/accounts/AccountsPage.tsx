import { useState } from 'react';
import { accounts } from '../../strings/accounts';
import { PropertyList } from '../../ui/PropertyList';
import { Stale } from '../../ui/Stale';
import { useListUrl } from '../../ui/useListUrl';
import { usePage } from '../../ui/usePage';
import { AccountActions } from './AccountActions';
import { accountColumns } from './accountColumns';
import { accountFields } from './accountFilter';
import { accountSort } from './accountLists';
import { AccountsEmpty } from './AccountsEmpty';
import { summaryOf } from './accountSummary';
import { type AccountRow, useAccountList } from './useAccountList';

const crumbs = [{ text: accounts.title, href: '/accounts' }];

function Summary({ rows, staleSince }: { rows: AccountRow[]; staleSince: number | null }) {
  return (
    <>
      {summaryOf(rows)}
      {staleSince !== null && (
        <>
          {' · '}
          <Stale at={staleSince} />
        </>
      )}
    </>
  );
}

export function Component() {
  usePage(crumbs, 'table');
  const list = useListUrl();
  const { answer, customers, staleSince } = useAccountList(list);
  const [selected, setSelected] = useState<string[]>([]);
  const rows = answer.data?.items ?? [];
  const chosen = rows.filter(({ account }) => selected.includes(account.id));
  return (
    <PropertyList<AccountRow>
      title={accounts.title}
      titleAs="h1"
      description={rows.length > 0 ? <Summary rows={rows} staleSince={staleSince} /> : undefined}
      actions={<AccountActions selected={chosen} />}
      list={list}
      answer={answer}
      sort={accountSort(list)}
      columns={accountColumns}
      idOf={({ account }) => account.id}
      filter={{ label: accounts.filter, fields: accountFields(customers) }}
      selected={chosen}
      onSelect={(some) => setSelected(some.map(({ account }) => account.id))}
      nameOf={({ account }) => account.name}
      empty={<AccountsEmpty />}
    />
  );
}
