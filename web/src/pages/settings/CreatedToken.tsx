import Alert from '@cloudscape-design/components/alert';
import { settings } from '../../strings/settings';
import { CodeBlock } from '../../ui/CodeBlock';
import { ConfirmDialog } from '../../ui/ConfirmDialog';

/** The one time that a token is shown. */
export function CreatedToken({ token, onClose }: { token: string; onClose: () => void }) {
  return (
    <ConfirmDialog
      title={settings.createdTitle}
      confirm={settings.createdDone}
      pending={false}
      onConfirm={onClose}
      onClose={onClose}
    >
      <Alert type="warning">{settings.createdText}</Alert>
      <CodeBlock text={token} label={settings.token} wrap />
    </ConfirmDialog>
  );
}
