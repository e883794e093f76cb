import FormField from '@cloudscape-design/components/form-field';
import { people } from '../../strings/people';
import { CodeBlock } from '../../ui/CodeBlock';
import { RelativeTime } from '../../ui/RelativeTime';
import { ShownOnce } from '../../ui/ShownOnce';

export interface OneTimeLink {
  url: string;
  expiresAt: string;
  warning: string;
}

/** The one time that a link which lets somebody in is shown. */
export function ShownLink({ link, onClose }: { link: OneTimeLink; onClose: () => void }) {
  return (
    <ShownOnce
      title={people.linkTitle}
      warning={link.warning}
      done={people.linkDone}
      onClose={onClose}
    >
      <FormField
        label={people.link}
        stretch
        constraintText={
          <>
            {people.linkExpires} <RelativeTime at={link.expiresAt} />
          </>
        }
      >
        <CodeBlock text={link.url} label={people.link} wrap />
      </FormField>
    </ShownOnce>
  );
}
