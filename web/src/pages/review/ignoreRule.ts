/** The rule that "ignore this path" makes. */
import type { Change } from '../../api/drift';
import type { RuleWrite } from '../../api/rules';
import type { S } from '../../types';

export type IgnoreWhere = 'one' | 'account' | 'customer' | 'all';

export interface IgnoreChoice {
  where: IgnoreWhere;
  path: string;
  reason: string;
  /** 0: without an end. */
  days: number;
}

const day = 86_400_000;
const nameChars = 120;

function scopeOf(
  change: Change,
  customer: string | null,
  { where, path }: IgnoreChoice,
): S['RuleScope'] {
  const { type, id } = change.resource;
  if (where === 'one') return { resource_id: id, path };
  if (where === 'account') return { type, path, account_id: change.account_id };
  if (where === 'customer' && customer) return { type, path, customer_id: customer };
  return { type, path };
}

export function ignoreRule(
  change: Change,
  customer: string | null,
  choice: IgnoreChoice,
  now: number,
): RuleWrite {
  return {
    name: `${change.resource.type} ${choice.path}`.slice(0, nameChars),
    action: 'ignore',
    scope: scopeOf(change, customer, choice),
    reason: choice.reason,
    ...(choice.days > 0 ? { expires_at: new Date(now + choice.days * day).toISOString() } : {}),
  };
}
