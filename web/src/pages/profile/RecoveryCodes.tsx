import Button from '@cloudscape-design/components/button';
import { common } from '../../strings/common';
import { profile } from '../../strings/profile';
import { CodeBlock } from '../../ui/CodeBlock';
import { download, fileName } from '../../ui/download';
import { ShownOnce } from '../../ui/ShownOnce';

interface Props {
  codes: string[];
  warning?: string;
  email: string;
  onClose: () => void;
}

/** The one time that the recovery codes are shown. */
export function RecoveryCodes({ codes, warning = profile.codesText, email, onClose }: Props) {
  const keep = () => {
    const head = profile.codesHead(common.product, email);
    download(fileName(['patrol', 'recovery-codes', email], 'txt'), 'text/plain', [
      `${head}\n\n${codes.join('\n')}\n`,
    ]);
  };
  return (
    <ShownOnce
      title={profile.codesTitle}
      warning={warning}
      done={profile.codesDone}
      onClose={onClose}
    >
      <CodeBlock text={codes.join('\n')} label={profile.codes} />
      <Button iconName="download" onClick={keep}>
        {profile.codesDownload}
      </Button>
    </ShownOnce>
  );
}
