/** Paths of one change: before and after side by side, below each other on phones. */
import type { ReactNode } from 'react';
import { diff } from '../strings/diff';
import type { Severity } from '../types';
import { Foreign } from './Foreign';
import { pairPaths, type PathRow } from './pairPaths';
import { shortPath } from './pathDiff';
import { PathValues } from './PathValues';
import { SeverityBadge } from './SeverityBadge';

export interface ShownPath {
  path: string;
  before?: unknown;
  after?: unknown;
  severity?: Severity;
  why?: string | null;
}

interface Props {
  /** What changed, for screen readers. */
  label: string;
  paths: ShownPath[];
  /** What can be done with a row's paths. */
  actions?: (row: PathRow) => ReactNode;
}

export function PathDiff({ label, paths, actions }: Props) {
  return (
    <div className="path-diff-room">
      <table className="path-diff" aria-label={label}>
        <thead>
          <tr>
            <th scope="col" className="path">
              {diff.path}
            </th>
            <th scope="col">{diff.before}</th>
            <th scope="col">{diff.after}</th>
            {actions && (
              <th scope="col" className="path-actions">
                <span className="only-heard">{diff.actions}</span>
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {pairPaths(paths).map((each) => (
            <tr key={each.path}>
              <th scope="row" className="path" title={each.path.slice(0, 1000)}>
                <Foreign text={each.path === '' ? diff.whole : shortPath(each.path)} most={300} />
                {each.why && (
                  <span className="why">
                    {each.severity && <SeverityBadge severity={each.severity} />}{' '}
                    <Foreign text={each.why} />
                  </span>
                )}
              </th>
              <PathValues before={each.before} after={each.after} />
              {actions && <td className="path-actions">{actions(each)}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
