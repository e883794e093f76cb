/** The shapes of rules, until the contract has them. */
import type { Severity } from '../types';
import type { Change } from './drift';

export interface RuleScope {
  type?: string | null;
  resource_id?: string | null;
  native_id?: string | null;
  tag?: string | null;
  customer_id?: string | null;
  account_id?: string | null;
  region?: string | null;
  path?: string | null;
  actor_class?: string | null;
  environment?: string | null;
}

export interface RuleWrite {
  name: string;
  action: 'ignore' | 'severity';
  severity?: Severity | null;
  scope: RuleScope;
  reason?: string | null;
  expires_at?: string | null;
}

export interface RulePreview {
  days: number;
  changes: number;
  rejected_by_you: number;
  worst: Severity | null;
  examples: Change[];
  accounts: number;
}

export interface RulePaths {
  '/api/v1/rules': {
    post: {
      requestBody: { content: { 'application/json': RuleWrite } };
      responses: { 201: { content: { 'application/json': { id: string } } } };
    };
  };
  '/api/v1/rules/preview': {
    post: {
      requestBody: { content: { 'application/json': RuleWrite } };
      responses: { 200: { content: { 'application/json': RulePreview } } };
    };
  };
}
