import { hooks } from '../../strings/hooks';
import type { S } from '../../types';
import { CodeBlock } from '../../ui/CodeBlock';
import { CodeField } from '../../ui/CodeField';
import { ShownOnce } from '../../ui/ShownOnce';
import { genericExample } from './hookDraft';

interface Props {
  hook: S['DeploymentHookCreated'];
  onClose: () => void;
}

/** The one time that address and secret are shown, with what to do with them. */
export function CreatedHook({ hook, onClose }: Props) {
  return (
    <ShownOnce
      title={hooks.createdTitle}
      warning={hooks.createdText}
      done={hooks.createdDone}
      size="large"
      onClose={onClose}
    >
      <CodeField label={hooks.address} text={hook.url} />
      <CodeField label={hooks.secret} text={hook.secret} />
      <section aria-label={hooks.setUp(hooks.kinds[hook.kind])}>
        <h3 className="section-title">{hooks.setUp(hooks.kinds[hook.kind])}</h3>
        <ol className="plain-list">
          {hooks.steps[hook.kind].map((step) => (
            <li key={step}>{step}</li>
          ))}
        </ol>
      </section>
      {hook.kind === 'generic' && <CodeBlock text={genericExample} label={hooks.example} />}
    </ShownOnce>
  );
}
