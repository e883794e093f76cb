/** What is typed for a channel, and the requests that it becomes. */
import type { S } from '../../types';

export type ChannelKind = S['NotificationChannel']['kind'];

export type MailSecurity = NonNullable<S['EmailChannel']['security']>;

export interface ChannelDraft {
  name: string;
  kind: ChannelKind;
  host: string;
  port: string;
  from: string;
  to: string;
  username: string;
  url: string;
  security: MailSecurity;
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
  security: 'starttls',
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
      security: draft.security,
      from: draft.from.trim(),
      to: draft.to.split(/[,\s]+/).filter(Boolean),
      ...(draft.username.trim() ? { username: draft.username.trim() } : {}),
      ...(draft.secret ? { password: secret } : {}),
    },
  };
}

type Channel = S['NotificationChannel'];

/** A reference that the form cannot choose (a variable, a file) stays what it is. */
function secretOf({ email, slack, webhook }: Channel): S['SecretRef'] | null | undefined {
  return email?.password ?? slack?.url ?? webhook?.secret;
}

export function channelDraftOf(channel: Channel): ChannelDraft {
  const { email, webhook } = channel;
  return {
    name: channel.name,
    kind: channel.kind,
    host: email?.host ?? '',
    port: String(email?.port ?? 587),
    from: email?.from ?? '',
    to: email?.to.join(', ') ?? '',
    username: email?.username ?? '',
    url: webhook?.url ?? '',
    security: email?.security ?? 'starttls',
    secret: secretOf(channel)?.ref ?? '',
  };
}

/** A merge patch. The secret is named only where another one was chosen. */
export function channelPatchOf(
  draft: ChannelDraft,
  channel: Channel,
): S['NotificationChannelPatch'] {
  const { name, kind, email, slack, webhook } = channelOf(draft);
  const kept = secretOf(channel);
  const sameSecret = kept?.ref === draft.secret;
  const secret = sameSecret ? kept : { manager: 'sealed', ref: draft.secret };
  if (kind === 'slack') return { name, slack: { ...slack, url: secret } };
  if (kind === 'webhook') return { name, webhook: { ...webhook, secret } };
  return {
    name,
    email: {
      ...email,
      username: email?.username ?? null,
      password: draft.secret ? secret : null,
    },
  };
}
