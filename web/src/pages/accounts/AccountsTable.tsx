import Table, { type TableProps } from '@cloudscape-design/components/table';
import type { ReactNode } from 'react';
import { accounts } from '../../strings/accounts';
import { accountColumns } from './accountColumns';
import type { AccountRow } from './useAccountList';

interface Props {
  rows: AccountRow[];
  loading: boolean;
  sort: string;
  onSort: (sort: string) => void;
  selected: AccountRow[];
  onSelect: (rows: AccountRow[]) => void;
  header: ReactNode;
  filter: ReactNode;
  pagination: ReactNode;
  empty: ReactNode;
}

const labels: TableProps.AriaLabels<AccountRow> = {
  tableLabel: accounts.title,
  selectionGroupLabel: accounts.selection,
  allItemsSelectionLabel: () => accounts.selectAll,
  itemSelectionLabel: (_state, { account }) => accounts.select(account.name),
};

export function AccountsTable({ rows, sort, onSort, selected, onSelect, ...rest }: Props) {
  const descending = sort.startsWith('-');
  const field = sort.replace(/^-/, '');
  return (
    <Table<AccountRow>
      {...rest}
      variant="full-page"
      stickyHeader
      resizableColumns
      enableKeyboardNavigation
      loadingText={accounts.loading}
      trackBy={({ account }) => account.id}
      items={rows}
      columnDefinitions={accountColumns}
      ariaLabels={labels}
      selectionType="multi"
      selectedItems={selected}
      onSelectionChange={({ detail }) => onSelect(detail.selectedItems)}
      sortingColumn={{ sortingField: field }}
      sortingDescending={descending}
      onSortingChange={({ detail }) =>
        onSort(`${detail.isDescending ? '-' : ''}${detail.sortingColumn.sortingField ?? ''}`)
      }
    />
  );
}
