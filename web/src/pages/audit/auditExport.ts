/** The audit log as a file. */
import type { AuditEntry } from '../../api/audit';
import { csvLine } from '../../ui/csv';

const head = [
  'seq', 'time', 'actor_kind', 'actor_id', 'actor', 'address', 'action', 'object_kind', 'object_id',
  'object', 'outcome', 'reason', 'note', 'before', 'after', 'trace_id',
]; // prettier-ignore

function cells(entry: AuditEntry): string[] {
  const { seq, time, actor, address, action, object, outcome, reason, note, trace_id } = entry;
  return [
    ...[String(seq), time, actor.kind, actor.id ?? '', actor.name ?? '', address ?? '', action],
    ...[object.kind ?? '', object.id ?? '', object.name ?? '', outcome, reason ?? '', note ?? ''],
    ...[JSON.stringify(entry.before), JSON.stringify(entry.after), trace_id ?? ''],
  ];
}

export function auditCsv(rows: AuditEntry[]): string[] {
  return [csvLine(head), ...rows.map((row) => csvLine(cells(row)))];
}

export function auditNdjson(rows: AuditEntry[]): string[] {
  return rows.map((row) => `${JSON.stringify(row)}\n`);
}
