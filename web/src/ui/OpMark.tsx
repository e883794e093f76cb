import { opNames } from '../strings/categories';

const marks = { added: '+', removed: '−', modified: '~' };

/** What happened to a resource: + − ~, spoken as a word. */
export function OpMark({ op }: { op: keyof typeof marks }) {
  return (
    <span className={`op ${op}`} role="img" aria-label={opNames[op]} title={opNames[op]}>
      {marks[op]}
    </span>
  );
}
