import Cards, { type CardsProps } from '@cloudscape-design/components/cards';
import type { ReactNode } from 'react';
import { accounts } from '../../strings/accounts';
import { common, providerNames } from '../../strings/common';
import { AccountStatus } from '../../ui/AccountStatus';
import { AppLink } from '../../ui/AppLink';
import { Foreign } from '../../ui/Foreign';
import { count } from '../../ui/format';
import { RelativeTime } from '../../ui/RelativeTime';
import { SeverityCounts } from '../../ui/SeverityCounts';
import type { AccountRow } from './useAccountList';

interface Props {
  rows: AccountRow[];
  loading: boolean;
  header: ReactNode;
  filter: ReactNode;
  pagination: ReactNode;
  empty: ReactNode;
}

const nameChars = 80;

const definition: CardsProps.CardDefinition<AccountRow> = {
  header: ({ account }) => (
    <AppLink fontSize="heading-s" href={`/accounts/${account.id}`}>
      <Foreign text={account.name} most={nameChars} />
    </AppLink>
  ),
  sections: [
    {
      id: 'status',
      content: ({ account, scanning }) => (
        <AccountStatus status={account.status} reason={account.status_reason} scanning={scanning} />
      ),
    },
    {
      id: 'drift',
      header: accounts.drift,
      content: ({ account }) => <SeverityCounts counts={account.open_changes} />,
    },
    {
      id: 'facts',
      content: ({ account, customer }) => (
        <span className="muted">
          {customer && (
            <>
              <Foreign text={customer} most={nameChars} /> ·{' '}
            </>
          )}
          {providerNames[account.provider]} · {accounts.resourcesOf(count(account.resources))} ·{' '}
          <RelativeTime at={account.last_scan?.finished_at} otherwise={common.never} />
        </span>
      ),
    },
  ],
};

/** The list on a phone: a table would show one and a half of its columns. */
export function AccountCards({ rows, ...rest }: Props) {
  return (
    <Cards<AccountRow>
      {...rest}
      variant="full-page"
      items={rows}
      loadingText={accounts.loading}
      trackBy={({ account }) => account.id}
      ariaLabels={{
        itemSelectionLabel: (_state, { account }) => accounts.select(account.name),
        selectionGroupLabel: accounts.selection,
        cardsLabel: accounts.title,
      }}
      cardDefinition={definition}
      cardsPerRow={[{ cards: 1 }]}
    />
  );
}
