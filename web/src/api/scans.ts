import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { S } from '../types';
import { accountsKey } from './accounts';
import { answer, client } from './client';
import type { ApiError } from './problem';
import { type ListQuery, listParameters, type Query } from './queries';

export const scansKey = ['scans'];
export const scanKey = (id: string) => ['scans', 'one', id];

const byId = (id: string) => ({ params: { path: { id } } });

export const scansQuery = (list: ListQuery): Query<S['ScanPage']> => ({
  queryKey: [...scansKey, 'list', list],
  queryFn: ({ signal }) =>
    answer(client.GET('/api/v1/scans', { params: { query: listParameters(list) }, signal })),
});

export function useScans(list: ListQuery = {}) {
  return useQuery<S['ScanPage'], ApiError>({
    ...scansQuery(list),
    placeholderData: keepPreviousData,
  });
}

export function useAccountScans(account: string, list: ListQuery = {}, enabled = true) {
  return useQuery<S['ScanPage'], ApiError>({
    queryKey: [...scansKey, 'account', account, list],
    enabled,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) =>
      answer(
        client.GET('/api/v1/cloud-accounts/{id}/scans', {
          params: { path: { id: account }, query: listParameters(list) },
          signal,
        }),
      ),
  });
}

export const scanQuery = (id: string): Query<S['Scan']> => ({
  queryKey: scanKey(id),
  queryFn: ({ signal }) => answer(client.GET('/api/v1/scans/{id}', { ...byId(id), signal })),
});

export function useScan(id: string, askEvery: number | false = false) {
  return useQuery<S['Scan'], ApiError>({
    ...scanQuery(id),
    enabled: id !== '',
    refetchInterval: askEvery,
  });
}

export function useScanCoverage(id: string, list: ListQuery = {}, enabled = true) {
  return useQuery<S['CoveragePage'], ApiError>({
    queryKey: ['coverage', id, list],
    placeholderData: keepPreviousData,
    enabled,
    queryFn: ({ signal }) =>
      answer(
        client.GET('/api/v1/scans/{id}/coverage', {
          params: { path: { id }, query: listParameters(list) },
          signal,
        }),
      ),
  });
}

export function useStartScan() {
  const queries = useQueryClient();
  return useMutation<S['Scan'], ApiError, string>({
    mutationFn: (account) =>
      answer(client.POST('/api/v1/cloud-accounts/{id}/scans', byId(account))),
    onSuccess: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: scansKey }),
        queries.invalidateQueries({ queryKey: accountsKey }),
      ]),
  });
}

export function useCancelScan() {
  const queries = useQueryClient();
  return useMutation<S['Scan'], ApiError, string>({
    mutationFn: (scan) => answer(client.POST('/api/v1/scans/{id}/cancel', byId(scan))),
    onSuccess: () => queries.invalidateQueries({ queryKey: scansKey }),
  });
}

export interface CoverageProblems {
  lines: S['CoverageLine'][];
  /** There are more than are shown. */
  truncated: boolean;
}

const problemsFilter =
  'status!=complete and status!=not_enabled and status!=not_granted and status!=not_read';
const problemPagesMost = 6;
const linesOfPage = 500;

/** Every slice that the scan wanted and could not read completely. */
export function useCoverageProblems(id: string, enabled: boolean) {
  return useQuery<CoverageProblems, ApiError>({
    queryKey: ['coverage', id, 'problems'],
    enabled,
    queryFn: async ({ signal }) => {
      const lines: S['CoverageLine'][] = [];
      let cursor: string | null = null;
      for (let page = 0; page < problemPagesMost; page += 1) {
        const query = listParameters({
          q: problemsFilter,
          limit: linesOfPage,
          ...(cursor ? { cursor } : {}),
        });
        const found: S['CoveragePage'] = await answer(
          client.GET('/api/v1/scans/{id}/coverage', { params: { path: { id }, query }, signal }),
        );
        lines.push(...found.items);
        cursor = found.next_cursor;
        if (!cursor) break;
      }
      return { lines, truncated: cursor !== null };
    },
  });
}

export type ScanCall = S['ScanCall'];

function callsOf(id: string, list: ListQuery, signal?: AbortSignal) {
  const { cursor, limit } = listParameters(list);
  const query = { ...(cursor ? { cursor } : {}), ...(limit ? { limit } : {}) };
  return client.GET('/api/v1/scans/{id}/calls', {
    params: { path: { id }, query },
    ...(signal ? { signal } : {}),
  });
}

/** Every call that the scan made in the customer's account, in order of time. */
export function useScanCalls(id: string, list: ListQuery) {
  return useQuery<S['ScanCallPage'], ApiError>({
    queryKey: ['scan-calls', id, list],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => answer(callsOf(id, list, signal)),
  });
}

export const scanCallsPage = (id: string, list: ListQuery) => answer(callsOf(id, list));
