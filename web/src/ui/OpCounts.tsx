import { opNames } from '../strings/categories';
import { count } from './format';
import { OpMark } from './OpMark';

interface Props {
  counts: { added: number; removed: number; modified: number };
}

const ops = ['added', 'removed', 'modified'] as const;

/** "+ 3 Added  − 1 Removed  ~ 18 Modified". */
export function OpCounts({ counts }: Props) {
  return (
    <ul className="op-counts">
      {ops.map((op) => (
        <li key={op}>
          <OpMark op={op} /> {count(counts[op])} <span className="muted">{opNames[op]}</span>
        </li>
      ))}
    </ul>
  );
}
