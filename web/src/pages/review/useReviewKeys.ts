import type { Change } from '../../api/drift';
import { useTheme } from '../../ui/theme';
import { useHotkeys } from '../../ui/useHotkeys';
import type { ChangeDeeds } from './ChangeButtons';

interface Wants {
  current: Change | undefined;
  deeds: ChangeDeeds;
  onMove: (by: number) => void;
  onFind: () => void;
  onUndo: () => void;
  onHelp: () => void;
}

/** The keys of a review; a person may switch single keys off in his profile. */
export function useReviewKeys({ current, deeds, onMove, onFind, onUndo, onHelp }: Wants): void {
  const { shortcuts } = useTheme();
  const open = current?.state === 'open' && !deeds.refusedBecause ? current : undefined;
  useHotkeys(
    {
      j: () => onMove(1),
      k: () => onMove(-1),
      a: () => open && deeds.onAccept(open),
      x: () => open && deeds.onReject(open),
      i: () => {
        const path = open?.paths[0]?.path;
        if (open && path) deeds.onIgnore(open, path);
      },
      u: onUndo,
      '/': onFind,
      '?': onHelp,
    },
    shortcuts,
  );
}
