/** Whether the server answers. While it does not, it is asked again every few seconds. */
import { Signal, useSignal } from './signal';

export type Reach = 'reachable' | 'unreachable';

const askAgainEvery = 3_000;
const reach = new Signal<Reach>('reachable');
let asking: ReturnType<typeof setInterval> | undefined;

async function ask(): Promise<void> {
  try {
    const response = await fetch('/healthz', { cache: 'no-store' });
    if (response.ok) sawServer();
  } catch {
    // Still away: the next round asks again.
  }
}

export function sawServer(): void {
  clearInterval(asking);
  asking = undefined;
  reach.set('reachable');
}

export function missedServer(): void {
  reach.set('unreachable');
  asking ??= setInterval(() => void ask(), askAgainEvery);
}

export function useReach(): Reach {
  return useSignal(reach);
}

/** Calls back every time the server is there again after it was away. */
export function onRecovery(callback: () => void): () => void {
  let before = reach.get();
  return reach.subscribe(() => {
    const now = reach.get();
    if (before === 'unreachable' && now === 'reachable') callback();
    before = now;
  });
}
