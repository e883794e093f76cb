import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { resources } from '../../strings/resources';
import type { S } from '../../types';
import { CodeBlock } from '../../ui/CodeBlock';
import { download, fileName } from '../../ui/download';

export function ResourceJson({ resource }: { resource: S['Resource'] }) {
  if (resource.document === undefined || resource.document === null) {
    return <span className="muted">{resources.noDocument}</span>;
  }
  const text = JSON.stringify(resource.document, null, 2);
  const name = fileName([resource.type, resource.name || resource.native_id], 'json');
  return (
    <SpaceBetween size="s">
      <CodeBlock text={text} label={resources.json} wrap />
      <span className="muted small">{resources.jsonNote}</span>
      <Button iconName="download" onClick={() => download(name, 'application/json', [text])}>
        {resources.downloadJson}
      </Button>
    </SpaceBetween>
  );
}
