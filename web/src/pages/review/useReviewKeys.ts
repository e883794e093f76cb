import type { Change } from '../../api/drift';
import { useTheme } from '../../ui/theme';
import { useHotkeys } from '../../ui/useHotkeys';
import type { ChangeDeeds } from './ChangeButtons';

interface Wants {
  /** The change under the cursor at the moment of the key, not of the last drawing. */
  current: () => Change | undefined;
  deeds: ChangeDeeds;
  onMove: (by: number) => void;
  onFind: () => void;
  onUndo: () => void;
  onHelp: () => void;
}

/** The keys of a review; a person may switch single keys off in his profile. */
export function useReviewKeys({ current, deeds, onMove, onFind, onUndo, onHelp }: Wants): void {
  const { shortcuts } = useTheme();
  const withOpen = (act: (change: Change) => void) => () => {
    const change = current();
    if (change?.state === 'open' && !deeds.refusedBecause) act(change);
  };
  useHotkeys(
    {
      j: () => onMove(1),
      k: () => onMove(-1),
      a: withOpen(deeds.onAccept),
      x: withOpen(deeds.onReject),
      i: withOpen((change) => {
        const path = change.paths[0]?.path;
        if (path) deeds.onIgnore(change, path);
      }),
      u: onUndo,
      '/': onFind,
      '?': onHelp,
    },
    shortcuts,
  );
}
