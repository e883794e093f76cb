import { today as text } from '../../strings/today';
import type { S } from '../../types';

type Day = S['Today']['scans_by_day'][number];

const barHeight = 44;

function say({ day, ok, partial, failed }: Day): string {
  return `${day}: ${ok} ${text.ok}, ${partial} ${text.partial}, ${failed} ${text.failed}`;
}

/** Fourteen small bars; each says its numbers. */
export function ScanDays({ days }: { days: Day[] }) {
  const most = Math.max(1, ...days.map(({ ok, partial, failed }) => ok + partial + failed));
  const height = (scans: number) => Math.round((scans / most) * barHeight);
  return (
    <ol className="scan-days" aria-label={text.chart}>
      {days.map((day) => (
        <li key={day.day} title={say(day)}>
          <span className="only-heard">{say(day)}</span>
          <svg width="12" height={barHeight} aria-hidden="true">
            <rect
              className="ok"
              width="12"
              y={barHeight - height(day.ok)}
              height={height(day.ok)}
            />
            <rect
              className="partial"
              width="12"
              y={barHeight - height(day.ok + day.partial)}
              height={height(day.ok + day.partial) - height(day.ok)}
            />
            <rect
              className="failed"
              width="12"
              y={barHeight - height(day.ok + day.partial + day.failed)}
              height={height(day.ok + day.partial + day.failed) - height(day.ok + day.partial)}
            />
          </svg>
        </li>
      ))}
    </ol>
  );
}
