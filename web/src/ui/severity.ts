/** Severities worst first, and their colours. */
import type { Severity } from '../types';

export const severities: Severity[] = ['critical', 'high', 'medium', 'low', 'info'];

export const severityColours = {
  critical: 'severity-critical',
  high: 'severity-high',
  medium: 'severity-medium',
  low: 'severity-low',
  info: 'severity-neutral',
} as const;
