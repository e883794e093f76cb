import MixedLineBarChart from '@cloudscape-design/components/mixed-line-bar-chart';
import { scans as text } from '../strings/scans';
import type { S } from '../types';
import { absolute } from './format';

/** Colours that mean the same everywhere: added teal, modified blue, removed red. */
const series = [
  { key: 'added', title: text.added, color: '#2ea597' },
  { key: 'modified', title: text.modified, color: '#688ae8' },
  { key: 'removed', title: text.removed, color: '#c33d69' },
] as const;

const shortTime = (iso: string) => absolute(iso).slice(5, 16);

/** Added, modified and removed resources of each scan, oldest first. */
export default function ScanChart({ scans }: { scans: S['Scan'][] }) {
  const shown = scans
    .filter((scan) => scan.snapshot_id !== null && scan.started_at)
    .toReversed()
    .map((scan) => ({ ...scan, at: shortTime(scan.started_at ?? '') }));
  return (
    <MixedLineBarChart
      height={160}
      hideFilter
      stackedBars
      xScaleType="categorical"
      xDomain={shown.map(({ at }) => at)}
      ariaLabel={text.chart}
      yTitle={text.changes}
      series={series.map(({ key, title, color }) => ({
        title,
        color,
        type: 'bar' as const,
        data: shown.map(({ at, counts }) => ({ x: at, y: counts[key] })),
      }))}
    />
  );
}
