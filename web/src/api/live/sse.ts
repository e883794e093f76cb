/** Server-Sent Events out of bytes that arrive in any pieces. Comments are heartbeats: nobody sees them. */
export interface ServerEvent {
  id: string;
  data: string;
}

export class EventParser {
  private rest = '';
  private id = '';
  private data: string[] = [];

  /** The events that are complete with this piece. */
  push(piece: string): ServerEvent[] {
    const lines = (this.rest + piece).split(/\r\n|\n|\r/);
    this.rest = lines.pop() ?? '';
    return lines.flatMap((line) => this.line(line));
  }

  private line(line: string): ServerEvent[] {
    if (line === '') return this.dispatch();
    const colon = line.indexOf(':');
    if (colon === 0) return [];
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'id') this.id = value;
    if (field === 'data') this.data.push(value);
    return [];
  }

  private dispatch(): ServerEvent[] {
    if (this.data.length === 0) return [];
    const event = { id: this.id, data: this.data.join('\n') };
    this.data = [];
    return [event];
  }
}
