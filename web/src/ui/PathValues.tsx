import { type ReactNode, useMemo, useState } from 'react';
import { common } from '../strings/common';
import { diff } from '../strings/diff';
import { clipped, visible } from './foreignText';
import { diffValues, type Piece } from './pathDiff';

const shownMost = 1_200;

/** Pieces up to a number of characters. */
function cut(pieces: Piece[], most: number): Piece[] {
  let left = most;
  const kept: Piece[] = [];
  for (const piece of pieces) {
    if (left <= 0) break;
    kept.push({ ...piece, text: clipped(piece.text, left) });
    left -= piece.text.length;
  }
  return kept;
}

interface SideProps {
  pieces: Piece[];
  kind: 'before' | 'after';
  most: number;
  children?: ReactNode;
}

function Side({ pieces, kind, most, children }: SideProps) {
  if (pieces.length === 0) {
    return (
      <td className={`${kind} nothing`}>
        <span className="only-heard">{diff.notThere}</span>
        {children}
      </td>
    );
  }
  return (
    <td className={kind}>
      <bdi>
        {cut(pieces, most).map((piece, index) =>
          piece.marked ? (
            <mark key={index}>{visible(piece.text)}</mark>
          ) : (
            <span key={index}>{visible(piece.text)}</span>
          ),
        )}
      </bdi>
      {children}
    </td>
  );
}

const lengthOf = (pieces: Piece[]) => pieces.reduce((sum, { text }) => sum + text.length, 0);

/** The two value cells of a path; long values are cut until somebody wants all of it. */
export function PathValues({ before, after }: { before: unknown; after: unknown }) {
  const [open, setOpen] = useState(false);
  const parts = useMemo(() => diffValues(before, after), [before, after]);
  const isLong = Math.max(lengthOf(parts.before), lengthOf(parts.after)) > shownMost;
  const cutAt = isLong && !open ? shownMost : Infinity;
  return (
    <>
      <Side pieces={parts.before} kind="before" most={cutAt} />
      <Side pieces={parts.after} kind="after" most={cutAt}>
        {isLong && !open && (
          <button type="button" className="text-button" onClick={() => setOpen(true)}>
            {common.showAll}
          </button>
        )}
      </Side>
    </>
  );
}
