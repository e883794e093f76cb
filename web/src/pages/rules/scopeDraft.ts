/** The conditions that the form of a rule has fields for. */
import type { S } from '../../types';

export const scopeNames = ['type', 'path', 'tag', 'region', 'account_id', 'customer_id'] as const;

export type ScopeDraft = Partial<Record<(typeof scopeNames)[number], string>>;

/** Only what was filled in. */
export function scopeOf(draft: ScopeDraft): S['RuleScope'] {
  const set = Object.entries(draft).filter(([, value]) => value.trim() !== '');
  return Object.fromEntries(set.map(([name, value]) => [name, value.trim()]));
}
