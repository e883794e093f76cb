import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { common } from '../strings/common';
import { Foreign } from './Foreign';

export interface ShownError {
  title: string;
  detail: string;
  hint?: string | undefined;
  traceId?: string | undefined;
  status?: number;
}

interface Props {
  error: ShownError;
  /** What failed, where the error's own title does not say it. */
  what?: string;
  onRetry?: () => void;
}

const mostChars = 2000;

/** What failed, what to do, and the trace id to copy. A refusal (403) is not the reader's fault: no red. */
export function ErrorPanel({ error, what, onRetry }: Props) {
  const header = what ? `${what}: ${error.title}` : error.title;
  return (
    <Alert
      type={error.status === 403 ? 'info' : 'error'}
      header={header}
      action={onRetry && <Button onClick={onRetry}>{common.retry}</Button>}
    >
      <SpaceBetween size="xxs">
        <Foreign text={error.detail} most={mostChars} />
        {error.hint && <Foreign text={error.hint} most={mostChars} />}
        {error.traceId && (
          <span className="muted small">
            {common.traceId}{' '}
            <CopyToClipboard
              variant="inline"
              textToCopy={error.traceId}
              copyButtonAriaLabel={common.copyOf(common.traceId)}
              copySuccessText={common.copied}
              copyErrorText={common.copyFailed}
            />
          </span>
        )}
      </SpaceBetween>
    </Alert>
  );
}
