import StatusIndicator from '@cloudscape-design/components/status-indicator';

import { type RuleWrite, useRulePreview } from '../../api/rules';
import { ignore } from '../../strings/review';
import { Foreign } from '../../ui/Foreign';
import { SeverityBadge } from '../../ui/SeverityBadge';

const examplesMost = 5;

/** What a rule would have done so far: shown before it is saved. */
export function RulePreview({ rule }: { rule: RuleWrite }) {
  const { data, error, isFetching } = useRulePreview(rule, true);
  if (error) return <StatusIndicator type="warning">{error.detail}</StatusIndicator>;
  if (!data) return <StatusIndicator type="loading">{ignore.previewing}</StatusIndicator>;
  const grave = data.worst === 'critical' || data.worst === 'high' || data.rejected_by_you > 0;
  return (
    <section aria-label={ignore.previewTitle} aria-busy={isFetching}>
      <StatusIndicator type={grave ? 'warning' : 'info'}>
        {data.changes + data.partly === 0
          ? ignore.previewNone
          : `${ignore.preview(data.changes, data.days, data.accounts)}.`}
      </StatusIndicator>
      {data.partly > 0 && <div>{ignore.previewPartly(data.partly)}</div>}
      {data.rejected_by_you > 0 && <div>{ignore.previewRejected(data.rejected_by_you)}</div>}
      {data.worst && data.changes + data.partly > 0 && (
        <div>
          {ignore.previewWorst} <SeverityBadge severity={data.worst} />
        </div>
      )}
      {data.history && (
        <div className="muted">
          {ignore.previewScans(
            data.history.changes + data.history.partly,
            data.history.resources,
            data.history.accounts,
          )}
        </div>
      )}
      {(data.at_least || data.history?.at_least) && <div>{ignore.previewAtLeast}</div>}
      <ul className="grave">
        {data.examples.slice(0, examplesMost).map((change) => (
          <li key={change.resource.id}>
            <Foreign text={change.resource.name || change.resource.native_id} most={80} />{' '}
            <span className="muted">{change.resource.region}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
