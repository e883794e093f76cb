import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { S } from '../types';
import { accountsKey } from './accounts';
import { answer, client } from './client';
import type { ApiError } from './problem';
import { type ListQuery, listParameters } from './queries';

export const scansKey = ['scans'];
export const scanKey = (id: string) => ['scans', 'one', id];

const byId = (id: string) => ({ params: { path: { id } } });

export function useScans(list: ListQuery = {}) {
  return useQuery<S['ScanPage'], ApiError>({
    queryKey: [...scansKey, 'list', list],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) =>
      answer(client.GET('/api/v1/scans', { params: { query: listParameters(list) }, signal })),
  });
}

export function useAccountScans(account: string, list: ListQuery = {}) {
  return useQuery<S['ScanPage'], ApiError>({
    queryKey: [...scansKey, 'account', account, list],
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

export function useScan(id: string, askEvery: number | false = false) {
  return useQuery<S['Scan'], ApiError>({
    queryKey: scanKey(id),
    enabled: id !== '',
    refetchInterval: askEvery,
    queryFn: ({ signal }) => answer(client.GET('/api/v1/scans/{id}', { ...byId(id), signal })),
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
