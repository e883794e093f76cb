/** What can be done with a change, and the dialogs that some of it needs. */
import { useCallback, useMemo, useState } from 'react';
import { type Change, useUpdateChange } from '../../api/drift';
import { useMay } from '../../api/session';
import { roleNeeded } from '../../strings/common';
import type { ChangeDeeds } from './ChangeButtons';
import { IgnoreDialog } from './IgnoreDialog';
import { NoteDialog } from './NoteDialog';
import { RejectDialog } from './RejectDialog';
import type { Decide } from './useDecide';

type Dialog =
  | { kind: 'reject'; change: Change }
  | { kind: 'note'; change: Change }
  | { kind: 'ignore'; change: Change; path: string };

const day = 86_400_000;

interface Wants {
  decide: Decide;
  customer: string | null;
  /** After a decision: on to the next change. */
  onDecided: (change: Change) => void;
}

export function useDeeds({ decide, customer, onDecided }: Wants) {
  const [dialog, setDialog] = useState<Dialog | null>(null);
  const update = useUpdateChange();
  const mayDecide = useMay('operator');
  const close = useCallback(() => setDialog(null), []);
  const deeds: ChangeDeeds = {
    refusedBecause: mayDecide ? undefined : roleNeeded.operator,
    onAccept: (change) => {
      decide.decide(change, { action: 'accept' });
      onDecided(change);
    },
    onReject: (change) => setDialog({ kind: 'reject', change }),
    onSnooze: (change, days) => {
      const until = new Date(Date.now() + days * day).toISOString();
      decide.decide(change, { action: 'snooze', until });
      onDecided(change);
    },
    onAssign: (change, who) => update.mutate({ id: change.id, patch: { assignee: who } }),
    onNote: (change) => setDialog({ kind: 'note', change }),
    onReopen: (change) => decide.reopen(change),
    onAcceptPaths: (change, paths) => decide.decide(change, { action: 'accept', paths }),
    onIgnore: (change, path) => setDialog({ kind: 'ignore', change, path }),
  };
  const reject = (change: Change, note: string) => {
    close();
    decide.decide(change, { action: 'reject', note });
    onDecided(change);
  };
  const shown = dialog && (
    <>
      {dialog.kind === 'reject' && (
        <RejectDialog
          count={1}
          pending={false}
          onReject={(note) => reject(dialog.change, note)}
          onClose={close}
        />
      )}
      {dialog.kind === 'note' && <NoteDialog change={dialog.change} onClose={close} />}
      {dialog.kind === 'ignore' && (
        <IgnoreDialog
          change={dialog.change}
          path={dialog.path}
          customer={customer}
          onClose={close}
        />
      )}
    </>
  );
  return { deeds: useStable(deeds), dialog: shown };
}

/** The same object for as long as the page lives, so that cards are not drawn anew for nothing. */
function useStable(deeds: ChangeDeeds): ChangeDeeds {
  const [latest] = useState({ deeds });
  latest.deeds = deeds;
  const { refusedBecause } = deeds;
  return useMemo(
    () => ({
      refusedBecause,
      onAccept: (change) => latest.deeds.onAccept(change),
      onReject: (change) => latest.deeds.onReject(change),
      onSnooze: (change, days) => latest.deeds.onSnooze(change, days),
      onAssign: (change, who) => latest.deeds.onAssign(change, who),
      onNote: (change) => latest.deeds.onNote(change),
      onReopen: (change) => latest.deeds.onReopen(change),
      onAcceptPaths: (change, paths) => latest.deeds.onAcceptPaths(change, paths),
      onIgnore: (change, path) => latest.deeds.onIgnore(change, path),
    }),
    [latest, refusedBecause],
  );
}
