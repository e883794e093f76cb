import Badge from '@cloudscape-design/components/badge';
import { Foreign } from './Foreign';

const shownMost = 12;

export function LabelBadges({ labels }: { labels: Record<string, string> }) {
  const entries = Object.entries(labels).slice(0, shownMost);
  if (entries.length === 0) return null;
  return (
    <span className="badges">
      {entries.map(([key, value]) => (
        <Badge key={key}>
          <Foreign text={`${key}=${value}`} most={80} />
        </Badge>
      ))}
    </span>
  );
}
