import { people } from '../../strings/people';
import { CodeField } from '../../ui/CodeField';
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
      <CodeField
        label={people.link}
        text={link.url}
        constraint={
          <>
            {people.linkExpires} <RelativeTime at={link.expiresAt} />
          </>
        }
      />
    </ShownOnce>
  );
}
