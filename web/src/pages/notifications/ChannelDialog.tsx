import FormField from '@cloudscape-design/components/form-field';
import SegmentedControl from '@cloudscape-design/components/segmented-control';
import { useState } from 'react';
import { useCreateChannel } from '../../api/notifications';
import { notifications as text } from '../../strings/notifications';
import { useFlash } from '../../ui/flash';
import { FormDialog } from '../../ui/FormDialog';
import { TextField } from '../../ui/TextField';
import {
  type ChannelDraft,
  type ChannelKind,
  channelOf,
  emptyChannel,
  missingOf,
} from './channelDraft';
import { SecretSelect } from './SecretSelect';

const kinds = Object.entries(text.kinds).map(([id, name]) => ({ id, text: name }));

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

export function ChannelDialog({ onClose }: { onClose: () => void }) {
  const [draft, setDraft] = useState(emptyChannel);
  const [tried, setTried] = useState(false);
  const create = useCreateChannel();
  const flash = useFlash();
  const missing = tried ? missingOf(draft) : [];
  const errorOf = (field: keyof ChannelDraft) =>
    missing.includes(field) ? text.missing : undefined;
  const put = (change: Partial<ChannelDraft>) => setDraft((before) => ({ ...before, ...change }));
  const send = () => {
    setTried(true);
    if (missingOf(draft).length > 0) return;
    create.mutate(channelOf(draft), {
      onSuccess: () => {
        flash({ type: 'success', content: text.added });
        onClose();
      },
    });
  };
  return (
    <FormDialog
      title={text.addChannel}
      submit={text.addChannel}
      pending={create.isPending}
      error={create.error}
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
      <FormField label={text.kind}>
        <SegmentedControl
          label={text.kind}
          options={kinds}
          selectedId={draft.kind}
          onChange={({ detail }) => put({ kind: detail.selectedId as ChannelKind })}
        />
      </FormField>
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
