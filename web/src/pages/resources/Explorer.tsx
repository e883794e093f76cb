/** Resources of a place: filter, facets, table; one of them open beside the list. */
import { type ReactNode, useMemo } from 'react';
import { type Place, useFacets, useResources } from '../../api/resources';
import { resources } from '../../strings/resources';
import type { S } from '../../types';
import { Columns } from '../../ui/Columns';
import { count } from '../../ui/format';
import { ListPage } from '../../ui/ListPage';
import { changed, type ListUrl } from '../../ui/useListUrl';
import { resourceColumns } from './columns';
import { Export } from './Export';
import { Facets } from './Facets';
import { resourceFields } from './fields';

interface Props {
  title: string;
  description?: ReactNode;
  place: Place;
  list: ListUrl;
  /** Names of accounts by id. */
  accounts: Map<string, string>;
  /** Where one account is shown, its column says nothing. */
  manyAccounts: boolean;
  picker?: ReactNode;
  empty: ReactNode;
  /** What the export is called. */
  exportName: string[];
}

const isWord = (q: string) => q !== '' && !/[=:^<>]/.test(q);

/** A search answers its best hits only: the number is then no total. */
function totalText(page: S['ResourcePage'] | undefined, list: ListUrl): string | undefined {
  if (!page) return undefined;
  const cut = isWord(list.q) && page.items.length === list.size && !page.next_cursor;
  return cut ? resources.firstHits(page.items.length) : count(page.total);
}

export function Explorer(props: Props) {
  const { place, list, accounts } = props;
  const answer = useResources(place, {
    q: list.q,
    sort: list.sort,
    cursor: list.cursor,
    limit: list.size,
  });
  const facets = useFacets(place, list.q);
  const columns = useMemo(
    () =>
      resourceColumns({
        hrefOf: ({ id }) => `?${changed(new URLSearchParams(location.search), { r: id })}`,
        ...(props.manyAccounts ? { accounts } : {}),
      }),
    [props.manyAccounts, accounts],
  );
  // Its place is kept from the start: the table beside it would be measured and drawn twice.
  const side =
    list.get('r') || facets.error ? null : (
      <Facets facets={facets.data?.facets ?? {}} q={list.q} onQuery={(q) => list.setQuery(q)} />
    );
  const accountList = [...accounts].map(([id, name]) => ({ id, name }));
  return (
    <Columns sideTitle={resources.facets} side={side}>
      <ListPage<S['Resource']>
        title={props.title}
        titleAs="h1"
        description={props.description}
        totalText={totalText(answer.data, list)}
        actions={<Export place={place} q={list.q} sort={list.sort} name={props.exportName} />}
        columns={columns}
        list={list}
        answer={answer}
        idOf={({ id }) => id}
        empty={props.empty}
        sort={list.sort}
        filter={{
          label: resources.filter,
          placeholder: resources.filterPlaceholder,
          fields: resourceFields(facets.data?.facets, accountList),
          before: props.picker,
        }}
      />
    </Columns>
  );
}
