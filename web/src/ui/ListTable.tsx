/** Every list: a table, cards on phones; loading, empty, nothing found and failed are the same everywhere. */
import Button from '@cloudscape-design/components/button';
import Cards from '@cloudscape-design/components/cards';
import Header from '@cloudscape-design/components/header';
import Table, { type TableProps } from '@cloudscape-design/components/table';
import { memo, type ReactNode, useMemo } from 'react';
import { common } from '../strings/common';
import { lists } from '../strings/lists';
import { EmptyState } from './EmptyState';
import { ErrorPanel, type ShownError } from './ErrorPanel';
import { useFirstRows } from './useFirstRows';
import { useNarrow } from './useNarrow';

export interface Column<T> {
  id: string;
  header: string;
  cell: (item: T) => ReactNode;
  /** The name by which the server orders the list. */
  sort?: string;
  /** In pixels, in a window of 1440; columns without one share what is left. */
  width?: number;
  /** The cell that names the row. */
  heading?: boolean;
  /** A card on phones needs no word above it: buttons. */
  silent?: boolean;
  /** Left out of the card on phones. */
  wideOnly?: boolean;
}

export interface ListTableProps<T> {
  title: string;
  /** h1 where the list is the page, h2 inside one; absent: the title is only heard. */
  titleAs?: 'h1' | 'h2' | 'h3';
  description?: ReactNode;
  total?: string | undefined;
  actions?: ReactNode;
  columns: Column<T>[];
  items: T[] | undefined;
  idOf: (item: T) => string;
  loading: boolean;
  error?: ShownError | null | undefined;
  onRetry?: () => void;
  empty: ReactNode;
  /** Set where a filter narrows the list. */
  onClearFilter?: (() => void) | undefined;
  filter?: ReactNode;
  pager?: ReactNode;
  footer?: ReactNode;
  sort?: string;
  onSort?: (sort: string) => void;
  selected?: T[];
  onSelect?: (items: T[]) => void;
  nameOf?: (item: T) => string;
  onOpen?: (item: T) => void;
  variant?: TableProps.Variant;
}

function EmptyOf<T>(props: ListTableProps<T>) {
  if (props.error) {
    const retry = props.onRetry ? { onRetry: props.onRetry } : {};
    return <ErrorPanel error={props.error} what={lists.loadingFailed} {...retry} />;
  }
  if (!props.onClearFilter) return <>{props.empty}</>;
  return (
    <EmptyState
      title={common.noMatch}
      action={<Button onClick={props.onClearFilter}>{common.clearFilter}</Button>}
    />
  );
}

function HeaderOf<T>(props: ListTableProps<T>) {
  if (!props.titleAs) return null;
  return (
    <Header
      variant={props.titleAs}
      description={props.description}
      counter={props.total && `(${props.total})`}
      actions={props.actions}
    >
      {props.title}
    </Header>
  );
}

function selection<T>({ selected, onSelect, nameOf, title }: ListTableProps<T>) {
  if (!onSelect) return {};
  return {
    selectionType: 'multi' as const,
    selectedItems: selected ?? [],
    onSelectionChange: ({ detail }: { detail: { selectedItems: T[] } }) =>
      onSelect(detail.selectedItems),
    ariaLabels: {
      tableLabel: title,
      selectionGroupLabel: title,
      allItemsSelectionLabel: () => lists.selectAll,
      itemSelectionLabel: (_: unknown, item: T) => lists.select(nameOf?.(item) ?? ''),
    },
  };
}

function sorting<T>({ sort = '', onSort }: ListTableProps<T>) {
  if (!onSort) return {};
  return {
    sortingColumn: { sortingField: sort.replace(/^-/, '') },
    sortingDescending: sort.startsWith('-'),
    onSortingChange: ({ detail }: { detail: TableProps.SortingState<T> }) =>
      onSort(`${detail.isDescending ? '-' : ''}${detail.sortingColumn.sortingField ?? ''}`),
  };
}

/** Narrower than the library's own: eight columns fit beside the navigation. */
const narrowest = 90;
const widthsFor = 1440;

/** A column follows the window within bounds, so that no table is wider than its place. */
function widthOf(wanted: number): number {
  const factor = Math.min(1.6, Math.max(0.85, innerWidth / widthsFor));
  return Math.max(narrowest, Math.round(wanted * factor));
}

interface CellProps {
  render: (item: never) => ReactNode;
  item: unknown;
}

/**
 * The table renders all its rows anew whenever it measures itself or anything beside it changes: what is
 * inside of a cell only when its item or its column is another.
 */
const Cell = memo(function Cell({ render, item }: CellProps) {
  return <>{render(item as never)}</>;
});

function columnsOf<T>(columns: Column<T>[]): TableProps.ColumnDefinition<T>[] {
  return columns.map((column) => ({
    id: column.id,
    header: column.header,
    cell: (item) => <Cell render={column.cell} item={item} />,
    ...(column.sort ? { sortingField: column.sort } : {}),
    ...(column.width ? { width: widthOf(column.width) } : {}),
    minWidth: narrowest,
    isRowHeader: column.heading ?? false,
  }));
}

function CardsOf<T>(props: ListTableProps<T>) {
  const heading = props.columns.find((column) => column.heading) ?? props.columns[0];
  const sections = props.columns.filter((column) => column !== heading && !column.wideOnly);
  return (
    <Cards<T>
      items={props.items ?? []}
      trackBy={props.idOf}
      loading={props.loading}
      loadingText={common.loading}
      {...selection(props)}
      ariaLabels={{
        cardsLabel: props.title,
        selectionGroupLabel: props.title,
        itemSelectionLabel: (_, item) => lists.select(props.nameOf?.(item) ?? ''),
      }}
      cardDefinition={{
        header: (item) => heading?.cell(item),
        sections: sections.map(({ id, header, cell, silent }) => ({
          id,
          header: silent ? undefined : header,
          content: cell,
          width: 50,
        })),
      }}
      {...(props.titleAs ? { header: <HeaderOf {...props} /> } : {})}
      filter={props.filter}
      pagination={props.pager}
      empty={<EmptyOf {...props} />}
    />
  );
}

const none: never[] = [];

export function ListTable<T>({ items, ...rest }: ListTableProps<T>) {
  const shown = useFirstRows<T>(rest.error ? none : (items ?? none), rest.idOf);
  return <Shown<T> {...rest} items={shown} />;
}

function Shown<T>(props: ListTableProps<T>) {
  const narrow = useNarrow();
  const columns = useMemo(() => columnsOf(props.columns), [props.columns]);
  if (narrow) {
    return (
      <div>
        <CardsOf {...props} />
        {props.footer}
      </div>
    );
  }
  const { onOpen } = props;
  return (
    <Table<T>
      variant={props.variant ?? 'container'}
      items={props.items ?? []}
      trackBy={props.idOf}
      columnDefinitions={columns}
      loading={props.loading}
      loadingText={common.loading}
      resizableColumns
      enableKeyboardNavigation
      stickyHeader
      wrapLines
      ariaLabels={{ tableLabel: props.title }}
      {...selection(props)}
      {...sorting(props)}
      {...(onOpen ? { onRowClick: ({ detail }) => onOpen(detail.item) } : {})}
      header={<HeaderOf {...props} />}
      filter={props.filter}
      pagination={props.pager}
      footer={props.footer}
      empty={<EmptyOf {...props} />}
    />
  );
}
