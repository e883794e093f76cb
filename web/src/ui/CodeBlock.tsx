import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard';
import { common } from '../strings/common';

interface Props {
  text: string;
  /** What it is, for screen readers and the copy button. */
  label: string;
  wrap?: boolean;
}

/** Commands and documents to copy, shown exactly as they are copied. */
export function CodeBlock({ text, label, wrap = false }: Props) {
  return (
    <div className="code">
      <pre tabIndex={0} role="region" aria-label={label} className={wrap ? 'wrap' : undefined}>
        {text}
      </pre>
      <div className="code-copy">
        <CopyToClipboard
          variant="icon"
          textToCopy={text}
          copyButtonAriaLabel={common.copyOf(label)}
          copySuccessText={common.copied}
          copyErrorText={common.copyFailed}
        />
      </div>
    </div>
  );
}
