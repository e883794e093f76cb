import Button from '@cloudscape-design/components/button';
import { useTestChannel } from '../../api/notifications';
import { notifications } from '../../strings/notifications';
import type { S } from '../../types';
import { useFlash } from '../../ui/flash';
import { clipped, visible } from '../../ui/foreignText';

export function TestChannel({ channel }: { channel: S['NotificationChannel'] }) {
  const test = useTestChannel();
  const flash = useFlash();
  const name = clipped(visible(channel.name), 60);
  const run = () =>
    test.mutate(channel.id, {
      onSuccess: ({ ok, checks }) => {
        const said = checks.map(({ detail, hint }) => `${detail} ${hint}`.trim()).join(' ');
        if (ok) flash({ type: 'success', content: notifications.tested(name) });
        else flash({ type: 'error', header: notifications.notSent(name), content: said });
      },
      onError: ({ title, detail }) => flash({ type: 'error', header: title, content: detail }),
    });
  return (
    <Button
      variant="inline-link"
      loading={test.isPending}
      ariaLabel={notifications.testOf(name)}
      onClick={run}
    >
      {notifications.test}
    </Button>
  );
}
