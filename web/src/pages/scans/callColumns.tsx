import StatusIndicator from '@cloudscape-design/components/status-indicator';
import type { ScanCall } from '../../api/scans';
import { common } from '../../strings/common';
import { calls as text } from '../../strings/scans';
import { Copied } from '../../ui/Copied';
import { Foreign } from '../../ui/Foreign';
import { absolute, bytes, duration } from '../../ui/format';
import type { Column } from '../../ui/ListTable';

const nameChars = 120;

function Answer({ call }: { call: ScanCall }) {
  const { http_status: status, error_code: error, attempts } = call;
  return (
    <>
      <StatusIndicator type={error || status >= 400 ? 'warning' : 'success'}>
        {status || common.empty}
        {error && ' '}
        {error && <Foreign text={error} most={nameChars} />}
      </StatusIndicator>
      <div className="muted small">
        {bytes(call.bytes)} · {duration(call.duration_ms)}
        {attempts > 1 && ` · ${text.attempts(attempts)}`}
      </div>
    </>
  );
}

export const callColumns: Column<ScanCall>[] = [
  {
    id: 'call',
    header: text.call,
    heading: true,
    width: 220,
    cell: ({ service, action }) => <Foreign text={`${service}:${action}`} most={nameChars} />,
  },
  {
    id: 'time',
    header: text.time,
    width: 190,
    cell: ({ time }) => <span className="no-wrap">{time ? absolute(time) : common.empty}</span>,
  },
  {
    id: 'region',
    header: text.region,
    width: 120,
    cell: ({ region }) => <Foreign text={region || common.empty} most={nameChars} />,
  },
  { id: 'answer', header: text.answer, width: 150, cell: (call) => <Answer call={call} /> },
  {
    id: 'request',
    header: text.requestId,
    width: 240,
    wideOnly: true,
    cell: ({ request_id: id }) => (id ? <Copied text={id} label={text.requestId} /> : common.empty),
  },
];
