/**
 * One event stream to the server. Read with fetch, not EventSource: heartbeats are seen, so that a proxy
 * which buffers is noticed; an error has a status; a new set of topics goes on after the last event.
 */
import { EventParser } from './sse';

export interface LiveEvent {
  topic: string;
  kind: string;
  [name: string]: unknown;
}

export class StreamRefused extends Error {
  constructor(readonly status: number) {
    super(`the event stream was refused: ${status}`);
  }
}

/** Two heartbeats of 15 s did not come. */
export const silenceMost = 35_000;

interface Reader {
  topics: string[];
  lastId: string;
  signal: AbortSignal;
  onOpen: () => void;
  onEvent: (event: LiveEvent, id: string) => void;
}

function liveEvent(data: string): LiveEvent | null {
  try {
    const value: unknown = JSON.parse(data);
    if (typeof value !== 'object' || value === null) return null;
    if (!('topic' in value) || typeof value.topic !== 'string') return null;
    if (!('kind' in value) || typeof value.kind !== 'string') return null;
    return value as LiveEvent;
  } catch {
    return null;
  }
}

/** Aborts `controller` when nothing came for too long. */
function watchdog(controller: AbortController) {
  let timer: ReturnType<typeof setTimeout>;
  const sign = () => {
    clearTimeout(timer);
    timer = setTimeout(() => controller.abort(), silenceMost);
  };
  sign();
  return { sign, stop: () => clearTimeout(timer) };
}

async function openStream(reader: Reader, signal: AbortSignal): Promise<Response> {
  const topics = encodeURIComponent(reader.topics.join(','));
  const response = await fetch(`/api/v1/events?topics=${topics}`, {
    headers: {
      Accept: 'text/event-stream',
      ...(reader.lastId ? { 'Last-Event-ID': reader.lastId } : {}),
    },
    signal,
  });
  if (!response.ok) throw new StreamRefused(response.status);
  return response;
}

/** Reads until the server ends the stream, the caller aborts, or it has been silent for too long. */
export async function readStream(reader: Reader): Promise<void> {
  const own = new AbortController();
  const watch = watchdog(own);
  try {
    const response = await openStream(reader, AbortSignal.any([reader.signal, own.signal]));
    reader.onOpen();
    const parser = new EventParser();
    const text = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const piece = await text?.read();
      if (!piece || piece.done) return;
      watch.sign();
      for (const { id, data } of parser.push(piece.value)) {
        const event = liveEvent(data);
        if (event) reader.onEvent(event, id);
      }
    }
  } finally {
    watch.stop();
  }
}
