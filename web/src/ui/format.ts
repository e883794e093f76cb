/** Numbers, times and durations as text. Times are shown in the reader's own zone. */
const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

export function count(value: number): string {
  return value.toLocaleString('en');
}

function span(milliseconds: number): string {
  if (milliseconds < hour) return `${Math.max(1, Math.round(milliseconds / minute))} min`;
  if (milliseconds < day) return `${Math.round(milliseconds / hour)} h`;
  return `${Math.round(milliseconds / day)} d`;
}

/** "6 h ago", "in 8 min", "just now". */
export function relative(iso: string, now: number): string {
  const difference = now - Date.parse(iso);
  if (Number.isNaN(difference)) return iso;
  if (Math.abs(difference) < minute) return difference >= 0 ? 'just now' : 'in a moment';
  return difference > 0 ? `${span(difference)} ago` : `in ${span(-difference)}`;
}

/** "2026-11-22 07:30:12 GMT+1": sorts as text and says its zone. */
export function absolute(iso: string): string {
  const time = new Date(iso);
  if (Number.isNaN(time.getTime())) return iso;
  const two = (value: number) => String(value).padStart(2, '0');
  const date = `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
  const clock = `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`;
  return `${date} ${clock} ${zoneOf(time)}`;
}

function zoneOf(time: Date): string {
  const offset = -time.getTimezoneOffset();
  if (offset === 0) return 'UTC';
  const sign = offset > 0 ? '+' : '−';
  const hours = Math.floor(Math.abs(offset) / 60);
  const minutes = Math.abs(offset) % 60;
  return `UTC${sign}${hours}${minutes ? ':' + String(minutes).padStart(2, '0') : ''}`;
}

/** "4 min 34 s", "950 ms". */
export function duration(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
}

/** "312 B", "14 kB", "2.1 MB". */
export function bytes(value: number): string {
  if (value < 1000) return `${value} B`;
  if (value < 1_000_000) return `${Math.round(value / 1000)} kB`;
  return `${(value / 1_000_000).toFixed(1)} MB`;
}

/** "9:58" until a moment; "0:00" afterwards. */
export function countdown(until: string, now: number): string {
  const seconds = Math.max(0, Math.floor((Date.parse(until) - now) / 1000));
  const minutes = Math.floor(seconds / 60);
  if (minutes >= 120) return `${Math.floor(minutes / 60)} h`;
  return `${minutes}:${String(seconds % 60).padStart(2, '0')}`;
}
