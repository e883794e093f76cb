import FormField from '@cloudscape-design/components/form-field';
import SegmentedControl from '@cloudscape-design/components/segmented-control';
import Select from '@cloudscape-design/components/select';
import { useState } from 'react';
import { useCreateChannel, useUpdateChannel } from '../../api/notifications';
import { common } from '../../strings/common';
import { notifications as text } from '../../strings/notifications';
import type { S } from '../../types';
import { useFlash } from '../../ui/flash';
import { FormDialog } from '../../ui/FormDialog';
import { TextField } from '../../ui/TextField';
import {
  type ChannelDraft,
  type ChannelKind,
  channelDraftOf,
  channelOf,
  channelPatchOf,
  emptyChannel,
  type MailSecurity,
  missingOf,
} from './channelDraft';
import { SecretSelect } from './SecretSelect';

const kinds = Object.entries(text.kinds).map(([id, name]) => ({ id, text: name }));
const securities = Object.entries(text.securities).map(([value, label]) => ({ value, label }));

const fieldsOf: Record<ChannelKind, (keyof typeof labels)[]> = {
  email: ['host', 'port', 'from', 'to', 'username'],
  slack: [],
  webhook: ['url'],
};

const labels = {
  host: text.host,
  port: text.port,
  from: text.from,
  to: text.to,
  username: text.username,
  url: text.url,
};

const secretLabels = { email: text.password, slack: text.slackUrl, webhook: text.secret };

interface Props {
  /** The one to change; absent: a new one. */
  channel?: S['NotificationChannel'];
  onClose: () => void;
}

function useSave(channel: Props['channel'], onSaved: () => void) {
  const create = useCreateChannel();
  const update = useUpdateChannel();
  const flash = useFlash();
  const done = (content: string) => () => {
    flash({ type: 'success', content });
    onSaved();
  };
  const save = (draft: ChannelDraft) => {
    if (!channel) return create.mutate(channelOf(draft), { onSuccess: done(text.added) });
    const patch = channelPatchOf(draft, channel);
    return update.mutate({ id: channel.id, patch }, { onSuccess: done(text.saved) });
  };
  return {
    save,
    error: create.error ?? update.error,
    pending: create.isPending || update.isPending,
  };
}

interface ChosenProps {
  draft: ChannelDraft;
  put: (change: Partial<ChannelDraft>) => void;
}

function Kind({ draft, put }: ChosenProps) {
  return (
    <FormField label={text.kind}>
      <SegmentedControl
        label={text.kind}
        options={kinds}
        selectedId={draft.kind}
        onChange={({ detail }) => put({ kind: detail.selectedId as ChannelKind })}
      />
    </FormField>
  );
}

function Security({ draft, put }: ChosenProps) {
  return (
    <FormField label={text.security}>
      <Select
        options={securities}
        selectedOption={securities.find(({ value }) => value === draft.security) ?? null}
        onChange={({ detail }) => put({ security: detail.selectedOption.value as MailSecurity })}
      />
    </FormField>
  );
}

export function ChannelDialog({ channel, onClose }: Props) {
  const [draft, setDraft] = useState(() => (channel ? channelDraftOf(channel) : emptyChannel));
  const [tried, setTried] = useState(false);
  const { save, error, pending } = useSave(channel, onClose);
  const missing = tried ? missingOf(draft) : [];
  const errorOf = (field: keyof ChannelDraft) =>
    missing.includes(field) ? text.missing : undefined;
  const put = (change: Partial<ChannelDraft>) => setDraft((before) => ({ ...before, ...change }));
  const send = () => {
    setTried(true);
    if (missingOf(draft).length === 0) save(draft);
  };
  return (
    <FormDialog
      title={channel ? text.editChannel : text.addChannel}
      submit={channel ? common.save : text.addChannel}
      pending={pending}
      error={error}
      onSubmit={send}
      onClose={onClose}
    >
      <TextField
        label={text.name}
        value={draft.name}
        autoFocus
        error={errorOf('name')}
        onText={(name) => put({ name })}
      />
      {!channel && <Kind draft={draft} put={put} />}
      {fieldsOf[draft.kind].map((field) => (
        <TextField
          key={field}
          label={labels[field]}
          optional={field === 'username'}
          help={field === 'to' ? text.toHelp : undefined}
          value={draft[field]}
          error={errorOf(field)}
          onText={(value) => put({ [field]: value })}
        />
      ))}
      {draft.kind === 'email' && <Security draft={draft} put={put} />}
      <SecretSelect
        label={secretLabels[draft.kind]}
        optional={draft.kind === 'email'}
        value={draft.secret}
        error={errorOf('secret')}
        onChoose={(secret) => put({ secret })}
      />
    </FormDialog>
  );
}
