/** What is typed for a new channel, and the request that it becomes. */
import type { S } from '../../types';

export type ChannelKind = S['NotificationChannel']['kind'];

export interface ChannelDraft {
  name: string;
  kind: ChannelKind;
  host: string;
  port: string;
  from: string;
  to: string;
  username: string;
  url: string;
  /** Id of a stored secret: password, webhook address or signing key. */
  secret: string;
}

export const emptyChannel: ChannelDraft = {
  name: '',
  kind: 'email',
  host: '',
  port: '587',
  from: '',
  to: '',
  username: '',
  url: '',
  secret: '',
};

const neededOf: Record<ChannelKind, (keyof ChannelDraft)[]> = {
  email: ['name', 'host', 'from', 'to'],
  slack: ['name', 'secret'],
  webhook: ['name', 'url', 'secret'],
};

export function missingOf(draft: ChannelDraft): (keyof ChannelDraft)[] {
  return neededOf[draft.kind].filter((field) => draft[field].trim() === '');
}

export function channelOf(draft: ChannelDraft): S['NotificationChannelCreate'] {
  const { kind } = draft;
  const name = draft.name.trim();
  const secret = { manager: 'sealed' as const, ref: draft.secret };
  if (kind === 'slack') return { name, kind, slack: { url: secret } };
  if (kind === 'webhook') return { name, kind, webhook: { url: draft.url.trim(), secret } };
  return {
    name,
    kind,
    email: {
      host: draft.host.trim(),
      port: Number(draft.port) || 587,
      from: draft.from.trim(),
      to: draft.to.split(/[,\s]+/).filter(Boolean),
      ...(draft.username.trim() ? { username: draft.username.trim() } : {}),
      ...(draft.secret ? { password: secret } : {}),
    },
  };
}
