/**
 * What a page shows first is asked when its link is pressed, while the page is still being made. Where the
 * answer comes soon the page is drawn once, with its rows; where it does not, the page says that it loads.
 * What is known already is left to the page, which renews it.
 */
import type { QueryClient } from '@tanstack/react-query';
import type { S } from '../types';
import type { PagedQuery, Query } from './queries';
import { meKey } from './session';

/** So long the page before stays; longer would look as if the press had done nothing. */
const waitMost = 120;

export interface Asking {
  /** The answer; undefined where there is none: the page asks again and says what went wrong. */
  one: <Answer>(query: Query<Answer>) => Promise<Answer | undefined>;
  /** The first page of a list that the page reads on. */
  firstOf: <Page>(query: PagedQuery<Page>) => Promise<unknown>;
}

export interface Address {
  search: URLSearchParams;
  /** The `:id` of the path. */
  id: string;
}

/** What a page asks first. The promise is fulfilled when it has what its first drawing needs. */
export type Ask = (ask: Asking, address: Address) => Promise<unknown>;

function askingOf(queries: QueryClient): Asking {
  const known = <Answer>({ queryKey }: { queryKey: readonly unknown[] }) =>
    queries.getQueryData<Answer>(queryKey);
  return {
    one: async <Answer>(query: Query<Answer>) =>
      known<Answer>(query) ?? queries.fetchQuery(query).catch(() => undefined),
    firstOf: async <Page>(query: PagedQuery<Page>) =>
      known(query) ?? queries.fetchInfiniteQuery(query).catch(() => undefined),
  };
}

/** Nothing is asked before it is known who asks: a refusal would be the browser's error, not the page's. */
function mayAsk(queries: QueryClient): boolean {
  const me = queries.getQueryData<S['Me']>(meKey);
  return me !== undefined && !me.second_factor_needed;
}

export async function askAhead(queries: QueryClient, ask: Ask, address: Address): Promise<void> {
  if (!mayAsk(queries)) return;
  const enough = new Promise((resolve) => setTimeout(resolve, waitMost));
  await Promise.race([ask(askingOf(queries), address), enough]);
}
