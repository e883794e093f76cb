/** Decisions with what a person is told about them: done, with an undo; or that somebody was first. */
import Button from '@cloudscape-design/components/button';
import { useRef } from 'react';
import {
  type Change,
  type Decision,
  useDecision,
  useSetDecision,
  type SetDecision,
} from '../../api/drift';
import type { ApiError } from '../../api/problem';
import { review } from '../../strings/review';
import { useFlash, type Flash } from '../../ui/flash';
import { clipped, visible } from '../../ui/foreignText';
import { relative } from '../../ui/format';

const nameChars = 80;

export const nameOf = ({ resource }: Change) =>
  clipped(visible(resource.name || resource.native_id), nameChars);

const textOr = (value: unknown, otherwise: string) =>
  typeof value === 'string' && value !== '' ? value : otherwise;

/** What a refused decision means for the person. */
export function refusal(error: ApiError): Flash {
  if (error.code === 'already_decided') {
    const { decided_by, decided_at, state } = error.members;
    const known = review.stateNames as Record<string, string>;
    const name = known[textOr(state, '')] ?? error.detail;
    const when = typeof decided_at === 'string' ? relative(decided_at, Date.now()) : '';
    const who = clipped(visible(textOr(decided_by, '')), nameChars);
    return {
      type: 'warning',
      header: review.firstTitle,
      content: who ? review.firstBy(who, name, when) : error.detail,
    };
  }
  if (error.code === 'newer_value') {
    return { type: 'warning', header: review.newerTitle, content: review.newerText };
  }
  return { type: 'error', header: error.title, content: error.detail };
}

function saidOf({ action, paths }: Decision, change: Change): string {
  const name = nameOf(change);
  if (action === 'accept' && paths) return review.didAcceptPaths(paths.length, name);
  if (action === 'accept') return review.didAccept(name);
  return action === 'reject' ? review.didReject(name) : review.didSnooze(name);
}

export function useDecide() {
  const flash = useFlash();
  const decision = useDecision();
  const last = useRef<Change | null>(null);
  const send = (given: Decision, onDone?: (change: Change) => void) =>
    decision.mutate(given, {
      onError: (error) => flash(refusal(error)),
      ...(onDone ? { onSuccess: onDone } : {}),
    });
  const reopen = (change: Change) => {
    if (last.current?.id === change.id) last.current = null;
    send({ id: change.id, action: 'reopen' }, () =>
      flash({ type: 'info', content: review.didReopen(nameOf(change)) }),
    );
  };
  const decide = (change: Change, how: Omit<Decision, 'id' | 'seen'>) => {
    const given: Decision = { ...how, id: change.id, seen: change.hash };
    send(given, () => {
      last.current = change;
      flash({
        type: 'success',
        content: saidOf(given, change),
        action: (close) => (
          <Button
            onClick={() => {
              close();
              reopen(change);
            }}
          >
            {review.undo}
          </Button>
        ),
      });
    });
  };
  return {
    decide,
    reopen,
    undoLast: () => {
      if (last.current) reopen(last.current);
    },
  };
}

export type Decide = ReturnType<typeof useDecide>;

/** All open changes of a set at once. */
export function useDecideSet(set: string, onRefused: (error: ApiError) => void) {
  const flash = useFlash();
  const decision = useSetDecision();
  const reopen = () =>
    decision.mutate({ set, action: 'reopen' }, { onError: (error) => flash(refusal(error)) });
  const decideAll = (how: Omit<SetDecision, 'set'>, count: number, onDone: () => void) =>
    decision.mutate(
      { ...how, set },
      {
        onError: onRefused,
        onSuccess: () => {
          onDone();
          flash({
            type: 'success',
            content: review.didSet(how.action === 'accept' ? 'accept' : 'reject', count),
            action: (close) => (
              <Button
                onClick={() => {
                  close();
                  reopen();
                }}
              >
                {review.undo}
              </Button>
            ),
          });
        },
      },
    );
  return { decideAll, pending: decision.isPending };
}
