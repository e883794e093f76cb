import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import { isRouteErrorResponse, useRouteError } from 'react-router';
import { common } from '../../strings/common';
import { shell } from '../../strings/shell';
import { AppLink } from '../../ui/AppLink';

const chunkIsGone = /dynamically imported module|module script|preload CSS/i;

/** A part of the page that the server no longer has: the console was updated under it. */
function isOutdated(error: unknown): boolean {
  return error instanceof Error && chunkIsGone.test(error.message);
}

export function RouteError() {
  const error = useRouteError();
  if (isRouteErrorResponse(error) && error.status === 404) {
    return (
      <Alert type="info" header={shell.notFoundTitle}>
        {shell.notFoundText} <AppLink href="/accounts">{shell.toAccounts}</AppLink>
      </Alert>
    );
  }
  const outdated = isOutdated(error);
  return (
    <Alert
      type={outdated ? 'info' : 'error'}
      header={outdated ? shell.updatedTitle : shell.brokenTitle}
      action={<Button onClick={() => location.reload()}>{common.reload}</Button>}
    >
      {outdated ? shell.updatedText : shell.brokenText}
    </Alert>
  );
}
