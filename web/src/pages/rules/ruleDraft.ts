/** What is typed for a rule, and the requests that it becomes. */
import type { RulePatch, RuleWrite } from '../../api/rules';
import type { S, Severity } from '../../types';
import { type ScopeDraft, scopeNames, scopeOf } from './scopeDraft';

const day = 86_400_000;

export interface RuleDraft {
  name: string;
  action: RuleWrite['action'];
  severity: Severity;
  scope: ScopeDraft;
  reason: string;
  /** Days from now, "never", or "keep" for what the rule has. */
  expiry: string;
}

export function ruleDraftOf(rule?: S['Rule']): RuleDraft {
  const scope = scopeNames.flatMap((name) => {
    const value = rule?.scope[name];
    return value ? [[name, value] as const] : [];
  });
  return {
    name: rule?.name ?? '',
    action: rule?.action ?? 'ignore',
    severity: rule?.severity ?? 'low',
    scope: Object.fromEntries(scope),
    reason: rule?.reason ?? '',
    expiry: rule?.expires_at ? 'keep' : 'never',
  };
}

/** The conditions of a rule that the form has no field for: they stay. */
export function otherScope(rule?: S['Rule']): S['RuleScope'] {
  const known: string[] = [...scopeNames];
  const rest = Object.entries(rule?.scope ?? {}).filter(
    ([name, value]) => value && !known.includes(name),
  );
  return Object.fromEntries(rest);
}

function expiryOf(expiry: string, now: number): { expires_at?: string | null } {
  if (expiry === 'keep') return {};
  if (expiry === 'never') return { expires_at: null };
  return { expires_at: new Date(now + Number(expiry) * day).toISOString() };
}

export function ruleOf(draft: RuleDraft, now: number): RuleWrite {
  return {
    name: draft.name.trim(),
    action: draft.action,
    ...(draft.action === 'severity' ? { severity: draft.severity } : {}),
    scope: scopeOf(draft.scope),
    reason: draft.reason.trim(),
    ...expiryOf(draft.expiry, now),
  };
}

/** A merge patch: a condition that was taken out is null. */
export function rulePatchOf(draft: RuleDraft, now: number): RulePatch {
  const scope = scopeOf(draft.scope);
  return {
    ...ruleOf(draft, now),
    severity: draft.action === 'severity' ? draft.severity : null,
    scope: Object.fromEntries(scopeNames.map((name) => [name, scope[name] ?? null])),
  };
}
