import { categoryName } from '../../strings/categories';
import { review } from '../../strings/review';
import { clipped, visible } from '../../ui/foreignText';
import { OpMark } from '../../ui/OpMark';
import { SeverityBadge } from '../../ui/SeverityBadge';
import { VirtualList } from '../../ui/VirtualList';
import type { TreeRow } from './reviewOrder';

interface Props {
  rows: TreeRow[];
  current: string;
  onChoose: (id: string) => void;
}

const rowHeight = 32;
const nameChars = 60;

/** All changes by category; thousands of them stay light, because only those in sight are drawn. */
export function ReviewTree({ rows, current, onChoose }: Props) {
  const at = rows.findIndex((row) => 'change' in row && row.change.id === current);
  return (
    <VirtualList
      label={review.tree}
      count={rows.length}
      rowHeight={rowHeight}
      current={at}
      row={(index) => {
        const row = rows[index];
        if (!row) return null;
        if ('category' in row) {
          return (
            <h3>
              {categoryName(row.category)} ({row.count.toLocaleString('en')})
            </h3>
          );
        }
        const { change } = row;
        return (
          <button
            type="button"
            aria-current={change.id === current}
            className={change.state === 'open' ? undefined : 'decided'}
            onClick={() => onChoose(change.id)}
          >
            <OpMark op={change.op} />
            <bdi className="name">
              {clipped(visible(change.resource.name || change.resource.native_id), nameChars)}
            </bdi>
            {change.state === 'open' ? (
              <SeverityBadge severity={change.severity} />
            ) : (
              <span className="muted small">{review.stateNames[change.state]}</span>
            )}
          </button>
        );
      }}
    />
  );
}
