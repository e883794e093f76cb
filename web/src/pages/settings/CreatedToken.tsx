import { settings } from '../../strings/settings';
import { CodeBlock } from '../../ui/CodeBlock';
import { ShownOnce } from '../../ui/ShownOnce';

/** The one time that a token is shown. */
export function CreatedToken({ token, onClose }: { token: string; onClose: () => void }) {
  return (
    <ShownOnce
      title={settings.createdTitle}
      warning={settings.createdText}
      done={settings.createdDone}
      onClose={onClose}
    >
      <CodeBlock text={token} label={settings.token} wrap />
    </ShownOnce>
  );
}
