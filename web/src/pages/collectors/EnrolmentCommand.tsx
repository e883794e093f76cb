import { collectors } from '../../strings/collectors';
import type { S } from '../../types';
import { CodeField } from '../../ui/CodeField';
import { ShownOnce } from '../../ui/ShownOnce';

interface Props {
  token: S['EnrolmentToken'];
  onClose: () => void;
}

/** The one time that the command with its token is shown, with what comes after it. */
export function EnrolmentCommand({ token, onClose }: Props) {
  return (
    <ShownOnce
      title={collectors.createdTitle}
      warning={collectors.createdText}
      done={collectors.createdDone}
      size="large"
      onClose={onClose}
    >
      <CodeField label={collectors.command} text={token.command} />
      <section aria-label={collectors.next}>
        <h3 className="section-title">{collectors.next}</h3>
        <ol className="plain-list">
          {collectors.steps.map((step) => (
            <li key={step}>{step}</li>
          ))}
        </ol>
      </section>
    </ShownOnce>
  );
}
