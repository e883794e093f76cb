import { cellTexts, cellTitle, coverage, scans, scanStates } from '../strings/scans';
import type { S } from '../types';
import { count } from './format';
import { type CellLook, lookOf, progressTable } from './progressCells';

function cellText(look: CellLook, cell: S['ProgressCell'] | undefined): string {
  if (!cell) return '·';
  if (look === 'done') return count(cell.resources);
  if (look === 'running') return cell.resources > 0 ? `${count(cell.resources)} …` : '…';
  if (look === 'quiet') return cellTexts[cell.status] ?? '';
  return cellTexts[look] ?? '';
}

function cellWords(look: CellLook, cell: S['ProgressCell']): string {
  if (look === 'queued') return scanStates.queued ?? '';
  if (look === 'running') return scanStates.running ?? '';
  return coverage.states[cell.status] ?? '';
}

interface CellProps {
  service: string;
  scope: string;
  cell: S['ProgressCell'] | undefined;
}

function Cell({ service, scope, cell }: CellProps) {
  const look = lookOf(cell);
  const title = cell && cellTitle(service, scope, cellWords(look, cell), cell.done, cell.slices);
  return (
    <td className={look} title={title}>
      {cellText(look, cell)}
    </td>
  );
}

/** Service × region: what is read, what waits, what was refused. */
export function ProgressGrid({ cells }: { cells: Record<string, S['ProgressCell']> }) {
  const table = progressTable(cells);
  return (
    <div className="scroll" tabIndex={0} role="region" aria-label={scans.grid}>
      <table className="grid">
        <thead>
          <tr>
            <th scope="col">{scans.service}</th>
            {table.scopes.map((scope) => (
              <th key={scope} scope="col">
                {scope}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {table.services.map((service) => (
            <tr key={service}>
              <th scope="row">{service}</th>
              {table.scopes.map((scope) => (
                <Cell
                  key={scope}
                  service={service}
                  scope={scope}
                  cell={table.cell(service, scope)}
                />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
