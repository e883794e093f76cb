import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard';
import { common } from '../strings/common';
import { Foreign } from './Foreign';

/** A text with a button that copies it; what is shown may be cut, what is copied is whole. */
export function Copied({ text, label }: { text: string; label?: string }) {
  return (
    <span className="copied">
      <CopyToClipboard
        variant="icon"
        textToCopy={text}
        copyButtonAriaLabel={common.copyOf(label ?? text.slice(0, 60))}
        copySuccessText={common.copied}
        copyErrorText={common.copyFailed}
      />
      <Foreign text={text} most={160} />
    </span>
  );
}
