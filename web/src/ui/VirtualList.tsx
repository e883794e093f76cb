/** A long list of rows of one height: only those in sight are in the page. */
import { type ReactNode, useEffect, useRef, useState } from 'react';

interface Props {
  label: string;
  count: number;
  rowHeight: number;
  /** The row that must be seen. */
  current: number;
  row: (index: number) => ReactNode;
}

/** Rows above and below what is seen, so that scrolling shows no holes. */
const spare = 12;

export function VirtualList({ label, count, rowHeight, current, row }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const [seen, setSeen] = useState({ top: 0, height: 600 });
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const measure = () => setSeen({ top: element.scrollTop, height: element.clientHeight });
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    element.addEventListener('scroll', measure, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener('scroll', measure);
    };
  }, []);
  useEffect(() => {
    const element = box.current;
    if (!element || current < 0) return;
    const top = current * rowHeight;
    if (top < element.scrollTop) element.scrollTop = top;
    const overBy = top + rowHeight - (element.scrollTop + element.clientHeight);
    if (overBy > 0) element.scrollTop += overBy;
  }, [current, rowHeight]);
  const first = Math.max(0, Math.floor(seen.top / rowHeight) - spare);
  const last = Math.min(count, Math.ceil((seen.top + seen.height) / rowHeight) + spare);
  return (
    <div ref={box} className="virtual" role="list" aria-label={label} tabIndex={-1}>
      <div style={{ height: count * rowHeight }}>
        <div style={{ transform: `translateY(${first * rowHeight}px)` }}>
          {Array.from({ length: Math.max(0, last - first) }, (_, index) => (
            <div
              key={first + index}
              role="listitem"
              aria-setsize={count}
              aria-posinset={first + index + 1}
              className="virtual-row"
            >
              {row(first + index)}
            </div>
          ))}
        </div>
      </div>
    </div>
  );
}
