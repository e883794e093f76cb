import MixedLineBarChart from '@cloudscape-design/components/mixed-line-bar-chart';
import { scans as text } from '../strings/scans';
import type { S } from '../types';
import { absolute } from './format';
import { isFirstInventory } from './ScanState';

/** Colours that mean the same everywhere: added teal, modified blue, removed red. */
const series = [
  { key: 'added', title: text.added, color: '#2ea597' },
  { key: 'modified', title: text.modified, color: '#688ae8' },
  { key: 'removed', title: text.removed, color: '#c33d69' },
] as const;

/** "11-22 13:28", with seconds where two scans began in the same minute: labels must differ. */
function labels(scans: S['Scan'][]): string[] {
  const times = scans.map(({ started_at: at }) => absolute(at ?? ''));
  const short = times.map((time) => time.slice(5, 16));
  return new Set(short).size === short.length ? short : times.map((time) => time.slice(5, 19));
}

/** Added, modified and removed resources of each scan, oldest first. */
/** Scans that say something about change: a first inventory finds everything anew. */
function chartedScans(scans: S['Scan'][]): S['Scan'][] {
  return scans
    .filter((scan) => scan.snapshot_id !== null && scan.started_at)
    .filter((scan) => !isFirstInventory(scan.counts))
    .toReversed();
}

/** Added, modified and removed resources of each scan, oldest first. */
export default function ScanChart({ scans }: { scans: S['Scan'][] }) {
  const shown = chartedScans(scans);
  const at = labels(shown);
  return (
    <MixedLineBarChart
      height={160}
      hideFilter
      stackedBars
      xScaleType="categorical"
      xDomain={at}
      ariaLabel={text.chart}
      yTitle={text.changes}
      series={series.map(({ key, title, color }) => ({
        title,
        color,
        type: 'bar' as const,
        data: shown.map(({ counts }, index) => ({ x: at[index] ?? '', y: counts[key] })),
      }))}
    />
  );
}
