import { audit } from '../../strings/audit';
import type { FilterField } from '../../ui/FilterBar';

type Operators = FilterField['operators'];

const text: Operators = [':', '=', '!=', '^'];
const one: Operators = ['=', '!='];
const later: Operators = ['>', '<'];

const choices = (names: Record<string, string>) =>
  Object.entries(names).map(([value, label]) => ({ value, label }));

/** What the audit log can be filtered by: the fields of the API. */
export const auditFields: FilterField[] = [
  { key: 'seq', label: audit.fields.seq, operators: ['=', ...later] },
  { key: 'actor', label: audit.fields.actor, operators: text },
  {
    key: 'actor_kind',
    label: audit.fields.actor_kind,
    operators: one,
    options: choices(audit.actorKinds),
  },
  { key: 'action', label: audit.fields.action, operators: text },
  { key: 'object', label: audit.fields.object, operators: text },
  { key: 'object_kind', label: audit.fields.object_kind, operators: one },
  {
    key: 'outcome',
    label: audit.fields.outcome,
    operators: one,
    options: choices(audit.outcomes),
  },
  { key: 'reason', label: audit.fields.reason, operators: text },
  { key: 'address', label: audit.fields.address, operators: text },
  { key: 'time', label: audit.fields.time, operators: later },
  { key: 'trace_id', label: audit.fields.trace_id, operators: one },
];
