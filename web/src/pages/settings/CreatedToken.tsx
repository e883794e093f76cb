import { settings } from '../../strings/settings';
import { CodeField } from '../../ui/CodeField';
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
      <CodeField label={settings.token} text={token} />
    </ShownOnce>
  );
}
