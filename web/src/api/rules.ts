import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { S } from '../types';
import { answer, client } from './client';
import type { ApiError } from './problem';
import { type ListQuery, listParameters } from './queries';

export type RuleWrite = S['RuleWrite'];
export type RulePatch = S['RulePatch'];

const rulesKey = ['rules'];
const byId = (id: string) => ({ params: { path: { id } } });

export function useRules(list: ListQuery) {
  return useQuery<S['RulePage'], ApiError>({
    queryKey: [...rulesKey, list],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) =>
      answer(client.GET('/api/v1/rules', { params: { query: listParameters(list) }, signal })),
  });
}

/** What the rule would have hidden or graded anew in the stored history. */
export function useRulePreview(rule: RuleWrite, enabled: boolean) {
  return useQuery<S['RulePreview'], ApiError>({
    queryKey: ['rule-preview', rule],
    enabled,
    placeholderData: keepPreviousData,
    retry: false,
    queryFn: ({ signal }) => answer(client.POST('/api/v1/rules/preview', { body: rule, signal })),
  });
}

/** A rule hides or re-grades changes everywhere: all that shows drift is asked for again. */
export function useCreateRule() {
  const queries = useQueryClient();
  return useMutation<S['Rule'], ApiError, RuleWrite>({
    mutationFn: (body) => answer(client.POST('/api/v1/rules', { body })),
    onSuccess: () => queries.invalidateQueries(),
  });
}

export function useUpdateRule() {
  const queries = useQueryClient();
  return useMutation<S['Rule'], ApiError, { id: string; patch: RulePatch }>({
    mutationFn: ({ id, patch }) =>
      answer(client.PATCH('/api/v1/rules/{id}', { ...byId(id), body: patch })),
    onSuccess: () => queries.invalidateQueries(),
  });
}

export function useDeleteRule() {
  const queries = useQueryClient();
  return useMutation<unknown, ApiError, string>({
    mutationFn: (id) => answer(client.DELETE('/api/v1/rules/{id}', byId(id))),
    onSuccess: () => queries.invalidateQueries(),
  });
}
