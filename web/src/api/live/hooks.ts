/** Live updates put into what the pages already show: the cache of the queries. */
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import type { S } from '../../types';
import { accountKey, accountsKey } from '../accounts';
import { scanKey, scansKey, useScan } from '../scans';
import { type LiveState, useLive } from './live';
import { applyProgress } from './progress';
import { useSoon } from './soon';

const pollEvery = 5_000;
/** Events are hints that may be lost: the whole truth is asked for from time to time. */
const askAnywayEvery = 20_000;

function useInterval(run: () => void, every: number | null): void {
  const current = useRef(run);
  current.current = run;
  useEffect(() => {
    if (every === null) return;
    const timer = setInterval(() => current.current(), every);
    return () => clearInterval(timer);
  }, [every]);
}

export function isOver(state: S['ScanState']): boolean {
  return state !== 'queued' && state !== 'running';
}

/** A scan that moves by itself while it runs. Nothing for an empty id. */
export function useLiveScan(id: string) {
  const queries = useQueryClient();
  const [over, setOver] = useState(false);
  const live = useLive(id && !over ? `scan:${id}` : null, (event) => {
    if (event.kind === 'progress') {
      queries.setQueryData<S['Scan']>(scanKey(id), (scan) => scan && applyProgress(scan, event));
    } else {
      void queries.invalidateQueries({ queryKey: scansKey });
      void queries.invalidateQueries({ queryKey: ['coverage', id] });
    }
  });
  const scan = useScan(id, over ? false : live === 'live' ? askAnywayEvery : pollEvery);
  const state = scan.data?.state;
  useEffect(() => setOver(state !== undefined && isOver(state)), [state, id]);
  return { scan, live };
}

/** Keeps the list of accounts and what runs on them fresh. */
export function useLiveAccounts(): LiveState {
  const queries = useQueryClient();
  const ask = () => {
    void queries.invalidateQueries({ queryKey: [...accountsKey, 'list'] });
    void queries.invalidateQueries({ queryKey: [...scansKey, 'list'] });
  };
  const live = useLive('accounts', useSoon(ask));
  useInterval(ask, live === 'polling' ? pollEvery : null);
  return live;
}

export type Trial = 'waiting' | 'trying' | 'passed' | 'failed';

export interface TrialReport {
  state: Trial;
  detail: string;
}

function trialOf(state: unknown): Trial {
  if (state === 'passed' || state === 'trying' || state === 'waiting') return state;
  return 'failed';
}

/** Keeps an account and its scans fresh; tells how the role that `patrol connect` reported fared. */
export function useLiveAccount(id: string): { live: LiveState; trial: TrialReport | null } {
  const queries = useQueryClient();
  const [trial, setTrial] = useState<TrialReport | null>(null);
  const live = useLive(id ? `account:${id}` : null, (event) => {
    if (event.kind === 'connect_trial') {
      const detail = typeof event.detail === 'string' ? event.detail : '';
      setTrial({ state: trialOf(event.state), detail });
    }
    if (event.kind === 'scan') void queries.invalidateQueries({ queryKey: scansKey });
    void queries.invalidateQueries({ queryKey: [...accountsKey, 'list'] });
    // An account that is gone cannot be asked for again: its page says so with the next action.
    if (event.kind !== 'removed') void queries.invalidateQueries({ queryKey: accountKey(id) });
  });
  const ask = () => {
    void queries.invalidateQueries({ queryKey: accountKey(id) });
    void queries.invalidateQueries({ queryKey: [...scansKey, 'account', id] });
  };
  useInterval(ask, live === 'polling' && id ? pollEvery : null);
  return { live, trial };
}
