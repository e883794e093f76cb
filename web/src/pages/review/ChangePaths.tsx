import Button from '@cloudscape-design/components/button';
import ButtonDropdown from '@cloudscape-design/components/button-dropdown';
import { useState } from 'react';
import { type Change, useWholeChange } from '../../api/drift';
import { review } from '../../strings/review';
import { ErrorPanel } from '../../ui/ErrorPanel';
import type { PathRow } from '../../ui/pairPaths';
import { PathDiff } from '../../ui/PathDiff';
import { shortPath } from '../../ui/pathDiff';
import type { ChangeDeeds } from './ChangeButtons';
import { nameOf } from './useDecide';

interface MenuProps {
  change: Change;
  row: PathRow;
  deeds: ChangeDeeds;
}

function PathMenu({ change, row, deeds }: MenuProps) {
  const refused = deeds.refusedBecause !== undefined;
  const chosen = (id: string) => {
    if (id === 'accept') deeds.onAcceptPaths(change, row.paths);
    if (id === 'ignore') deeds.onIgnore(change, row.path);
    if (id === 'copy') void navigator.clipboard?.writeText(row.path);
  };
  return (
    <ButtonDropdown
      variant="inline-icon"
      expandToViewport
      ariaLabel={review.pathActions(shortPath(row.path).slice(0, 100))}
      items={[
        ...(change.op === 'modified' && change.state === 'open'
          ? [{ id: 'accept', text: review.acceptPath, disabled: refused }]
          : []),
        { id: 'ignore', text: review.ignorePath, disabled: refused },
        { id: 'copy', text: review.copyPath },
      ]}
      onItemClick={({ detail }) => chosen(detail.id)}
    />
  );
}

export function ChangePaths({ change, deeds }: { change: Change; deeds: ChangeDeeds }) {
  const [all, setAll] = useState(false);
  const isCut = change.paths_total > change.paths.length;
  const whole = useWholeChange(change.id, all && isCut);
  const shown = all && whole.data ? { ...change, paths: whole.data.paths } : change;
  const { paths } = shown;
  if (paths.length === 0) return null;
  return (
    <>
      <PathDiff
        label={nameOf(change)}
        paths={paths}
        {...(change.op === 'modified'
          ? { actions: (row: PathRow) => <PathMenu change={change} row={row} deeds={deeds} /> }
          : {})}
      />
      {whole.error && <ErrorPanel error={whole.error} />}
      {isCut && !whole.data && (
        <Button variant="inline-link" loading={whole.isFetching} onClick={() => setAll(true)}>
          {review.morePaths(change.paths_total)}
        </Button>
      )}
    </>
  );
}
