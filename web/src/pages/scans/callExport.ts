/** The calls of a scan as a file for the customer. */
import type { ScanCall } from '../../api/scans';
import { csvLine } from '../../ui/csv';

// prettier-ignore
const head = [
  'time', 'service', 'action', 'region', 'http_status', 'error_code', 'request_id', 'attempts', 'bytes',
  'duration_ms',
] as const;

export function callsCsv(calls: ScanCall[]): string[] {
  const lines = calls.map((call) => csvLine(head.map((name) => String(call[name] ?? ''))));
  return [csvLine([...head]), ...lines];
}

export function callsNdjson(calls: ScanCall[]): string[] {
  return calls.map((call) => `${JSON.stringify(call)}\n`);
}
