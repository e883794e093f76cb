import Badge from '@cloudscape-design/components/badge';
import { common } from '../../strings/common';
import { rules } from '../../strings/rules';
import type { S } from '../../types';
import { Foreign } from '../../ui/Foreign';
import { count } from '../../ui/format';
import type { Column } from '../../ui/ListTable';
import { RelativeTime } from '../../ui/RelativeTime';
import { SeverityBadge } from '../../ui/SeverityBadge';
import { RuleActions } from './RuleActions';
import { RuleScopeText } from './RuleScopeText';

type Rule = S['Rule'];

function Name({ name, reason, builtin, owner }: Rule) {
  return (
    <>
      <Foreign text={name} most={120} /> {builtin && <Badge>{rules.builtin}</Badge>}
      {reason && (
        <div className="muted small">
          <Foreign text={reason} most={240} />
        </div>
      )}
      {owner && (
        <div className="muted small">
          {rules.owner}: <Foreign text={owner} most={60} />
        </div>
      )}
    </>
  );
}

function State({ enabled, dead }: Rule) {
  return (
    <>
      {enabled ? rules.enabled : rules.disabled}
      {enabled && dead && (
        <div className="small" title={rules.deadText}>
          {rules.dead}
        </div>
      )}
    </>
  );
}

export const ruleColumns: Column<Rule>[] = [
  {
    id: 'name',
    header: rules.name,
    heading: true,
    sort: 'name',
    width: 220,
    cell: (rule) => <Name {...rule} />,
  },
  {
    id: 'does',
    header: rules.does,
    cell: ({ severity }) =>
      severity ? (
        <>
          {rules.grades} <SeverityBadge severity={severity} />
        </>
      ) : (
        rules.ignores
      ),
  },
  {
    id: 'scope',
    header: rules.scope,
    width: 220,
    cell: ({ scope }) => <RuleScopeText scope={scope} />,
  },
  { id: 'hits', header: rules.hits, sort: 'hits', width: 90, cell: ({ hits }) => count(hits) },
  {
    id: 'lastHit',
    header: rules.lastHit,
    sort: 'last_hit_at',
    cell: ({ last_hit_at }) => <RelativeTime at={last_hit_at} otherwise={common.never} />,
  },
  {
    id: 'expires',
    header: rules.expires,
    sort: 'expires_at',
    cell: ({ expires_at }) => <RelativeTime at={expires_at} otherwise={rules.never} />,
  },
  { id: 'state', header: rules.state, cell: (rule) => <State {...rule} /> },
  {
    id: 'actions',
    header: rules.actions,
    silent: true,
    width: 90,
    cell: (rule) => <RuleActions rule={rule} />,
  },
];
