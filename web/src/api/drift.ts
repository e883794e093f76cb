/**
 * Drift: baselines, change sets, changes, groups of the same cause, and decisions on them. A decision
 * answers with the change as it is now; lists that hold it are corrected in place, because asking for
 * thousands of changes again after every key press would make a review slow.
 */
import {
  keepPreviousData,
  type QueryClient,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import { useCallback, useEffect } from 'react';
import type { S } from '../types';
import { accountsKey } from './accounts';
import { answer, client } from './client';
import { type LiveState, useLive } from './live/live';
import { useSoon } from './live/soon';
import type { ApiError } from './problem';
import { type ListQuery, listParameters, type PagedQuery, type Query } from './queries';

export type Change = S['DriftChange'];
export type ChangeSet = S['ChangeSet'];

const setsKey = ['change-sets'];
const changesKey = ['changes'];
const groupsKey = ['drift-groups'];
const baselineKey = (account: string) => ['baseline', account];

/** The inbox without live updates. */
const askEvery = 30_000;

/** One request for a review of so many changes. */
const changesAtOnce = 500;

const byId = (id: string) => ({ params: { path: { id } } });

function refreshDrift(queries: QueryClient) {
  return Promise.all(
    [setsKey, changesKey, groupsKey, ['baseline'], accountsKey].map((queryKey) =>
      queries.invalidateQueries({ queryKey }),
    ),
  );
}

/**
 * The active baseline; null where there is none. The list is asked first: having none is the usual state
 * of a new account, and must not look like a failed request in the browser's log.
 */
export function useBaseline(account: string) {
  return useQuery<S['Baseline'] | null, ApiError>({
    queryKey: baselineKey(account),
    enabled: account !== '',
    queryFn: async ({ signal }) => {
      const one = { params: { path: { id: account }, query: { limit: 1 } }, signal };
      const { items } = await answer(client.GET('/api/v1/cloud-accounts/{id}/baselines', one));
      if (!items[0]?.active) return null;
      return answer(
        client.GET('/api/v1/cloud-accounts/{id}/baseline', { ...byId(account), signal }),
      );
    },
  });
}

export function useBaselines(account: string) {
  return useQuery<S['BaselinePage'], ApiError>({
    queryKey: [...baselineKey(account), 'history'],
    queryFn: ({ signal }) =>
      answer(client.GET('/api/v1/cloud-accounts/{id}/baselines', { ...byId(account), signal })),
  });
}

export function useAcceptBaseline() {
  const queries = useQueryClient();
  return useMutation<S['Baseline'], ApiError, { snapshot: string; note: string }>({
    mutationFn: ({ snapshot, note }) =>
      answer(
        client.POST('/api/v1/snapshots/{id}/accept-as-baseline', {
          ...byId(snapshot),
          body: note ? { note } : {},
        }),
      ),
    onSuccess: () => refreshDrift(queries),
  });
}

export function useAcceptNewlyVisible() {
  const queries = useQueryClient();
  return useMutation<S['Baseline'], ApiError, string>({
    mutationFn: (account) =>
      answer(
        client.POST('/api/v1/cloud-accounts/{id}/baseline/newly-visible/accept', byId(account)),
      ),
    onSuccess: () => refreshDrift(queries),
  });
}

export const changeSetsQuery = (list: ListQuery): Query<S['ChangeSetPage']> => ({
  queryKey: [...setsKey, 'list', list],
  queryFn: ({ signal }) =>
    answer(client.GET('/api/v1/change-sets', { params: { query: listParameters(list) }, signal })),
});

export function useChangeSets(list: ListQuery, enabled = true) {
  return useQuery<S['ChangeSetPage'], ApiError>({
    ...changeSetsQuery(list),
    enabled,
    placeholderData: keepPreviousData,
  });
}

export const setChangesQuery = (set: string): PagedQuery<S['DriftChangePage']> => ({
  queryKey: [...changesKey, 'of-set', set],
  initialPageParam: '',
  getNextPageParam: (page) => page.next_cursor,
  queryFn: ({ signal, pageParam }) =>
    answer(
      client.GET('/api/v1/change-sets/{id}/changes', {
        params: {
          path: { id: set },
          query: { limit: changesAtOnce, ...(pageParam ? { cursor: pageParam } : {}) },
        },
        signal,
      }),
    ),
});

type SetChangesKey = PagedQuery<unknown>['queryKey'];

/** All changes of a set, worst first, read on page by page by whoever shows them. */
export function useSetChanges(set: string) {
  return useInfiniteQuery<
    S['DriftChangePage'],
    ApiError,
    S['DriftChangePage'][],
    SetChangesKey,
    string
  >({
    ...setChangesQuery(set),
    enabled: set !== '',
    staleTime: 60_000,
    select: ({ pages }) => pages,
  });
}

/** One change with all of its paths; lists hold the first ones only. */
export function useWholeChange(id: string, enabled: boolean) {
  return useQuery<Change, ApiError>({
    queryKey: [...changesKey, 'one', id],
    enabled,
    queryFn: ({ signal }) => answer(client.GET('/api/v1/changes/{id}', { ...byId(id), signal })),
  });
}

/** So many ids fit into one filter. */
export function useChangesById(ids: string[]) {
  const q = `id in (${ids.join(', ')})`;
  return useQuery<S['DriftChangePage'], ApiError>({
    queryKey: [...changesKey, 'by-id', q],
    enabled: ids.length > 0,
    queryFn: ({ signal }) =>
      answer(
        client.GET('/api/v1/changes', { params: { query: { q, limit: ids.length } }, signal }),
      ),
  });
}

export const groupsQuery = (list: ListQuery): Query<S['DriftGroupPage']> => ({
  queryKey: [...groupsKey, list],
  queryFn: ({ signal }) =>
    answer(client.GET('/api/v1/drift/groups', { params: { query: listParameters(list) }, signal })),
});

/** Keeps the inbox fresh: scans and other people change it. */
export function useLiveDrift(): LiveState {
  const queries = useQueryClient();
  const ask = useCallback(() => {
    for (const queryKey of [groupsKey, setsKey]) void queries.invalidateQueries({ queryKey });
  }, [queries]);
  const live = useLive('drift', useSoon(ask));
  useEffect(() => {
    if (live !== 'polling') return undefined;
    const timer = setInterval(ask, askEvery);
    return () => clearInterval(timer);
  }, [live, ask]);
  return live;
}

export function useDriftGroups(list: ListQuery, enabled = true) {
  return useQuery<S['DriftGroupPage'], ApiError>({
    ...groupsQuery(list),
    enabled,
    placeholderData: keepPreviousData,
  });
}

interface SetPages {
  pages: S['DriftChangePage'][];
  pageParams: unknown[];
}

/** Puts the change as it is now into every list that holds it. */
function keepChange(queries: QueryClient, change: Change): void {
  queries.setQueriesData<SetPages>({ queryKey: [...changesKey, 'of-set'] }, (kept) => {
    if (!kept) return kept;
    const holds = kept.pages.findIndex(({ items }) => items.some(({ id }) => id === change.id));
    if (holds < 0) return kept;
    const pages = kept.pages.map((page, index) =>
      index === holds
        ? { ...page, items: page.items.map((each) => (each.id === change.id ? change : each)) }
        : page,
    );
    return { ...kept, pages };
  });
  queries.setQueryData([...changesKey, 'one', change.id], change);
  for (const queryKey of [setsKey, groupsKey, accountsKey]) {
    void queries.invalidateQueries({ queryKey });
  }
}

export interface Decision {
  id: string;
  action: 'accept' | 'reject' | 'snooze' | 'reopen';
  /** The value that the person saw: a newer one is not decided unseen. */
  seen?: string;
  paths?: string[];
  note?: string;
  until?: string;
}

function sendDecision({ id, action, seen, paths, note, until }: Decision): Promise<Change> {
  const said = { ...(note ? { note } : {}), ...(seen ? { seen_hash: seen } : {}) };
  if (action === 'accept') {
    const body = { ...said, ...(paths ? { paths } : {}) };
    return answer(client.POST('/api/v1/changes/{id}/accept', { ...byId(id), body }));
  }
  if (action === 'reject') {
    return answer(client.POST('/api/v1/changes/{id}/reject', { ...byId(id), body: said }));
  }
  if (action === 'snooze') {
    const body = { ...said, until: until ?? '' };
    return answer(client.POST('/api/v1/changes/{id}/snooze', { ...byId(id), body }));
  }
  return answer(client.POST('/api/v1/changes/{id}/reopen', byId(id)));
}

/** Reads one change again: somebody else was first, or a scan found another value. */
async function readAgain(queries: QueryClient, id: string): Promise<void> {
  try {
    keepChange(queries, await answer(client.GET('/api/v1/changes/{id}', byId(id))));
  } catch {
    await refreshDrift(queries);
  }
}

export function useDecision() {
  const queries = useQueryClient();
  return useMutation<Change, ApiError, Decision>({
    mutationFn: sendDecision,
    onSuccess: (change) => keepChange(queries, change),
    onError: (error, { id }) => {
      if (error.status === 409 || error.status === 404) void readAgain(queries, id);
    },
  });
}

export function useUpdateChange() {
  const queries = useQueryClient();
  return useMutation<Change, ApiError, { id: string; patch: S['ReviewPatch'] }>({
    mutationFn: ({ id, patch }) =>
      answer(client.PATCH('/api/v1/changes/{id}', { ...byId(id), body: patch })),
    onSuccess: (change) => keepChange(queries, change),
  });
}

export interface SetDecision {
  set: string;
  action: 'accept' | 'reject' | 'reopen';
  note?: string;
}

function sendSetDecision({ set, action, note }: SetDecision): Promise<ChangeSet> {
  const body = note ? { note } : {};
  if (action === 'accept') {
    return answer(client.POST('/api/v1/change-sets/{id}/accept', { ...byId(set), body }));
  }
  if (action === 'reject') {
    return answer(client.POST('/api/v1/change-sets/{id}/reject', { ...byId(set), body }));
  }
  return answer(client.POST('/api/v1/change-sets/{id}/reopen', byId(set)));
}

export function useSetDecision() {
  const queries = useQueryClient();
  return useMutation<ChangeSet, ApiError, SetDecision>({
    mutationFn: sendSetDecision,
    onSettled: () => refreshDrift(queries),
  });
}

export interface GroupDecision {
  key: string;
  action: 'accept' | 'reject';
  note?: string;
}

export function useGroupDecision() {
  const queries = useQueryClient();
  return useMutation<S['GroupDecision'], ApiError, GroupDecision>({
    mutationFn: ({ key, action, note }) => {
      const given = { params: { path: { key } }, body: note ? { note } : {} };
      return action === 'accept'
        ? answer(client.POST('/api/v1/drift/groups/{key}/accept', given))
        : answer(client.POST('/api/v1/drift/groups/{key}/reject', given));
    },
    onSettled: () => refreshDrift(queries),
  });
}

/** Takes the last decision on causes back, everywhere where it can be. */
export function useReopenGroups() {
  const queries = useQueryClient();
  return useMutation<S['GroupReopened'], ApiError, string[]>({
    mutationFn: async (keys) => {
      const all = { reopened: 0, left: 0 };
      for (const key of keys) {
        const { reopened, left } = await answer(
          client.POST('/api/v1/drift/groups/{key}/reopen', {
            params: { path: { key } },
            body: {},
          }),
        );
        all.reopened += reopened;
        all.left += left;
      }
      return all;
    },
    onSettled: () => refreshDrift(queries),
  });
}

export function useRefreshDrift() {
  const queries = useQueryClient();
  return () => refreshDrift(queries);
}
