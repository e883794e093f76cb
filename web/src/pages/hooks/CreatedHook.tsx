import FormField from '@cloudscape-design/components/form-field';
import { hooks } from '../../strings/hooks';
import type { S } from '../../types';
import { CodeBlock } from '../../ui/CodeBlock';
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
      <FormField label={hooks.address} stretch>
        <CodeBlock text={hook.url} label={hooks.address} wrap />
      </FormField>
      <FormField label={hooks.secret} stretch>
        <CodeBlock text={hook.secret} label={hooks.secret} wrap />
      </FormField>
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
