import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query';
import type { S } from '../types';
import { answer, client } from './client';
import type { ApiError } from './problem';
import { type ListQuery, listParameters } from './queries';

export type AuditEntry = S['AuditEntry'];

export function useAudit(list: ListQuery) {
  return useQuery<S['AuditEntryPage'], ApiError>({
    queryKey: ['audit', list],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) =>
      answer(client.GET('/api/v1/audit', { params: { query: listParameters(list) }, signal })),
  });
}

/** One entry by its number; null where there is none. */
export function useAuditEntry(seq: number, enabled: boolean) {
  return useQuery<AuditEntry | null, ApiError>({
    queryKey: ['audit', 'entry', seq],
    enabled,
    queryFn: async ({ signal }) => {
      const query = { q: `seq=${seq}`, limit: 1 };
      const { items } = await answer(client.GET('/api/v1/audit', { params: { query }, signal }));
      return items[0] ?? null;
    },
  });
}

/** Reads the whole chain: only when somebody asks. */
export function useVerifyAudit() {
  return useMutation<S['AuditReport'], ApiError, void>({
    mutationFn: () => answer(client.GET('/api/v1/audit/verify')),
  });
}

/** One page of the log for a file, oldest first. The server records that it was taken. */
export function auditExportPage(list: ListQuery): Promise<S['AuditEntryPage']> {
  const { q, cursor, limit } = listParameters(list);
  const query = { ...(q ? { q } : {}), ...(cursor ? { cursor } : {}), ...(limit ? { limit } : {}) };
  return answer(client.GET('/api/v1/audit/export', { params: { query } }));
}
