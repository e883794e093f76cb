/**
 * One stream for all tabs of a browser: HTTP/1.1 allows few connections to a server. The tab that holds
 * the lock reads; the others tell it their topics and hear its events. Where the browser has no locks
 * (plain http on a network), every tab reads for itself.
 */
import type { LiveEvent } from './stream';

export type LiveState = 'connecting' | 'live' | 'polling';

type Message =
  | { kind: 'want'; tab: string; topics: string[] }
  | { kind: 'who'; tab: string }
  | { kind: 'event'; event: LiveEvent }
  | { kind: 'state'; state: LiveState };

const name = 'patrol-live';

interface Hooks {
  /** This tab reads from now on. */
  onLead: () => void;
  /** The topics of the other tabs, when this one leads. */
  onOthers: (topics: string[]) => void;
  onEvent: (event: LiveEvent) => void;
  onState: (state: LiveState) => void;
}

export class Lead {
  private readonly tab = Math.random().toString(36).slice(2);
  private readonly channel =
    'BroadcastChannel' in globalThis && 'locks' in navigator ? new BroadcastChannel(name) : null;
  private readonly others = new Map<string, string[]>();
  private topics: string[] = [];
  private leads = false;

  constructor(private readonly hooks: Hooks) {
    if (!this.channel) {
      this.lead();
      return;
    }
    this.channel.onmessage = ({ data }: MessageEvent<Message>) => this.hear(data);
    addEventListener('pagehide', () => this.say({ kind: 'want', tab: this.tab, topics: [] }));
    void navigator.locks.request(name, () => {
      this.lead();
      return new Promise<void>(() => undefined);
    });
  }

  want(topics: string[]): void {
    this.topics = topics;
    if (!this.leads) this.say({ kind: 'want', tab: this.tab, topics });
  }

  tell(message: { kind: 'event'; event: LiveEvent } | { kind: 'state'; state: LiveState }): void {
    if (this.leads) this.say(message);
  }

  private lead(): void {
    this.leads = true;
    this.say({ kind: 'who', tab: this.tab });
    this.hooks.onLead();
  }

  private say(message: Message): void {
    this.channel?.postMessage(message);
  }

  private hear(message: Message): void {
    if (message.kind === 'who') this.want(this.topics);
    if (message.kind === 'want' && this.leads) {
      this.others.set(message.tab, message.topics);
      this.hooks.onOthers([...this.others.values()].flat());
    }
    if (message.kind === 'event' && !this.leads) this.hooks.onEvent(message.event);
    if (message.kind === 'state' && !this.leads) this.hooks.onState(message.state);
  }
}
