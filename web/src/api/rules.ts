import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Client } from 'openapi-fetch';
import { answer, client } from './client';
import type { ApiError } from './problem';
import type { RulePaths, RulePreview, RuleWrite } from './rule_contract';

const rules = client as unknown as Client<RulePaths>;

/** What the rule would have hidden or graded anew in the stored history. */
export function useRulePreview(rule: RuleWrite, enabled: boolean) {
  return useQuery<RulePreview, ApiError>({
    queryKey: ['rule-preview', rule],
    enabled,
    placeholderData: keepPreviousData,
    retry: false,
    queryFn: ({ signal }) => answer(rules.POST('/api/v1/rules/preview', { body: rule, signal })),
  });
}

/** A rule hides or re-grades changes everywhere: all that shows drift is asked for again. */
export function useCreateRule() {
  const queries = useQueryClient();
  return useMutation<{ id: string }, ApiError, RuleWrite>({
    mutationFn: (body) => answer(rules.POST('/api/v1/rules', { body })),
    onSuccess: () => queries.invalidateQueries(),
  });
}
