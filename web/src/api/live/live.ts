/**
 * Live updates: pages say which topics they show (`scan:ID`, `account:ID`, `drift`) and hear their
 * events. A tab that has been hidden for a minute lets its topics go. While the stream does not work,
 * the state is `polling`: pages then ask by themselves.
 */
import { useEffect, useRef } from 'react';
import { sessionEnded } from '../session';
import { Signal, useSignal } from '../signal';
import { Lead, type LiveState } from './lead';
import { type LiveEvent, readStream, StreamRefused } from './stream';

export type { LiveEvent, LiveState };

const tryAgainAfter = 3_000;
const refusedAgainAfter = 30_000;
const hiddenMost = 60_000;
const topicsSettleAfter = 50;

type Listener = (event: LiveEvent) => void;

class Live {
  readonly state = new Signal<LiveState>('connecting');
  private readonly listeners = new Map<string, Set<Listener>>();
  private readonly lead: Lead;
  private leads = false;
  private hidden = false;
  private others: string[] = [];
  private reading: { topics: string; stop: AbortController } | null = null;
  private lastId = '';
  private settling: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    this.lead = new Lead({
      onLead: () => {
        this.leads = true;
        this.settle();
      },
      onOthers: (topics) => {
        this.others = topics;
        this.settle();
      },
      onEvent: (event) => this.deliver(event),
      onState: (state) => this.state.set(state),
    });
    this.watchVisibility();
  }

  listen(topic: string, listener: Listener): () => void {
    const known = this.listeners.get(topic) ?? new Set();
    this.listeners.set(topic, known.add(listener));
    this.settle();
    return () => {
      known.delete(listener);
      if (known.size === 0) this.listeners.delete(topic);
      this.settle();
    };
  }

  private watchVisibility(): void {
    let timer: ReturnType<typeof setTimeout>;
    document.addEventListener('visibilitychange', () => {
      clearTimeout(timer);
      const change = () => {
        this.hidden = document.hidden;
        this.settle();
      };
      if (document.hidden) timer = setTimeout(change, hiddenMost);
      else change();
    });
  }

  private deliver(event: LiveEvent): void {
    for (const listener of this.listeners.get(event.topic) ?? []) listener(event);
  }

  private setState(state: LiveState): void {
    this.state.set(state);
    this.lead.tell({ kind: 'state', state });
  }

  /** Several topics that come and go with one page are one change of the stream. */
  private settle(): void {
    clearTimeout(this.settling);
    this.settling = setTimeout(() => this.settled(), topicsSettleAfter);
  }

  private settled(): void {
    const own = this.hidden ? [] : [...this.listeners.keys()];
    this.lead.want(own);
    if (!this.leads) return;
    const topics = [...new Set([...own, ...this.others])].sort();
    if (this.reading?.topics === topics.join()) return;
    this.reading?.stop.abort();
    this.reading = null;
    if (topics.length === 0) return;
    const stop = new AbortController();
    this.reading = { topics: topics.join(), stop };
    void this.read(topics, stop.signal);
  }

  private async read(topics: string[], signal: AbortSignal): Promise<void> {
    this.setState('connecting');
    while (!signal.aborted) {
      const wait = await this.readOnce(topics, signal);
      if (signal.aborted) return;
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  }

  /** Answers how long to wait before the next attempt. */
  private async readOnce(topics: string[], signal: AbortSignal): Promise<number> {
    try {
      await readStream({
        topics,
        signal,
        lastId: this.lastId,
        onOpen: () => this.setState('live'),
        onEvent: (event, id) => {
          this.lastId = id;
          this.deliver(event);
          this.lead.tell({ kind: 'event', event });
        },
      });
      return tryAgainAfter;
    } catch (error) {
      if (signal.aborted) return 0;
      this.setState('polling');
      if (!(error instanceof StreamRefused)) return tryAgainAfter;
      if (error.status === 401) sessionEnded();
      return refusedAgainAfter;
    }
  }
}

let live: Live | undefined;

/** Made with the first page that wants it: signing in needs no stream. */
function theLive(): Live {
  live ??= new Live();
  return live;
}

/** Hears the events of the topics while the component is shown; null is no topic. */
export function useLive(topic: string | null, onEvent: (event: LiveEvent) => void): LiveState {
  const current = useRef(onEvent);
  current.current = onEvent;
  useEffect(() => {
    if (!topic) return;
    return theLive().listen(topic, (event) => current.current(event));
  }, [topic]);
  return useSignal(theLive().state);
}
