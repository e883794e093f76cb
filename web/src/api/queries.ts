/** How answers are kept: fresh for a while, asked again after a failure that may pass, never after a refusal. */
import { QueryCache, QueryClient } from '@tanstack/react-query';
import { onRecovery } from './connection';
import { ApiError } from './problem';
import { meKey } from './session';

const freshFor = 15_000;

function mayPass(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 0 || error.status >= 500);
}

export function createQueries(): QueryClient {
  const queries: QueryClient = new QueryClient({
    // The organisation asks for a second factor since a moment ago: who is signed in is asked anew.
    queryCache: new QueryCache({
      onError: (error) => {
        if (error instanceof ApiError && error.code === 'second_factor_required')
          void queries.invalidateQueries({ queryKey: meKey });
      },
    }),
    defaultOptions: {
      queries: {
        staleTime: freshFor,
        retry: (count, error) => mayPass(error) && count < 1,
        networkMode: 'always',
      },
      mutations: { networkMode: 'always' },
    },
  });
  onRecovery(() => void queries.invalidateQueries());
  return queries;
}

/** A question and the name under which its answer is kept: what a page shows and what is asked ahead of it. */
export interface Query<Answer> {
  queryKey: readonly unknown[];
  queryFn: (context: { signal: AbortSignal }) => Promise<Answer>;
}

/** The same for a list that is read on, page by page. */
export interface PagedQuery<Page> {
  queryKey: readonly unknown[];
  queryFn: (context: { signal: AbortSignal; pageParam: string }) => Promise<Page>;
  initialPageParam: string;
  getNextPageParam: (page: Page) => string | null;
}

export interface ListQuery {
  q?: string;
  sort?: string;
  cursor?: string;
  limit?: number;
}

/** Empty parameters are left out: the server refuses a filter without text. */
export function listParameters(list: ListQuery): ListQuery {
  return {
    ...(list.q ? { q: list.q } : {}),
    ...(list.sort ? { sort: list.sort } : {}),
    ...(list.cursor ? { cursor: list.cursor } : {}),
    limit: list.limit ?? 100,
  };
}
