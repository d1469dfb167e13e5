import { type PointerEvent, useId, useState } from 'react';
import { texts } from '../texts.ts';
import { axisTicks } from './axis-ticks.ts';
import { useElementWidth } from './use-element-width.ts';

export type Bar = {
  key: string;
  /** In full: "Monday, 23 November". */
  label: string;
  /** For the axis: "23 Nov". */
  shortLabel: string;
  value: number;
};

type BarChartProps = {
  name: string;
  note: string;
  bars: readonly Bar[];
  formatValue: (value: number) => string;
  /** What the labels of the bars are. */
  labelHeading: string;
};

const heightPx = 180;
const leftPx = 44;
const topPx = 8;
const bottomPx = 22;
const labelWidthPx = 64;

/** Bars with a table of the same numbers: the picture for eyes, the table for everyone. */
export function BarChart({ name, note, bars, formatValue, labelHeading }: BarChartProps) {
  const [frame, width] = useElementWidth();
  const [pointedAt, setPointedAt] = useState<number | null>(null);
  const nameId = useId();
  const ticks = axisTicks(Math.max(0, ...bars.map(({ value }) => value)));
  const top = ticks.at(-1) ?? 1;
  const slot = Math.max(0, width - leftPx) / Math.max(1, bars.length);
  const gap = Math.min(6, slot * 0.25);
  const yOf = (value: number): number => topPx + (heightPx - topPx - bottomPx) * (1 - value / top);
  const labelEvery = Math.max(1, Math.ceil(labelWidthPx / Math.max(1, slot)));
  const highest = bars.reduce<Bar | undefined>((best, bar) => (bar.value > (best?.value ?? 0) ? bar : best), undefined);
  const shown = pointedAt === null ? undefined : bars[pointedAt];
  const summary = highest ? texts.stats.highest(highest.label, formatValue(highest.value)) : texts.stats.none;

  const onPointerMove = (event: PointerEvent<SVGSVGElement>): void => {
    const x = event.clientX - event.currentTarget.getBoundingClientRect().left - leftPx;
    const index = Math.floor(x / slot);
    setPointedAt(index >= 0 && index < bars.length ? index : null);
  };

  return (
    <figure className="chart">
      <figcaption>
        <h3 id={nameId}>{name}</h3>
        <p>{shown ? `${shown.label}: ${formatValue(shown.value)}` : summary}</p>
      </figcaption>
      <div ref={frame} className="chart-frame">
        <svg
          width={width}
          height={heightPx}
          role="img"
          aria-labelledby={nameId}
          onPointerMove={onPointerMove}
          onPointerLeave={() => setPointedAt(null)}
        >
          {ticks.map((tick) => (
            <g key={tick} className="tick">
              <line x1={leftPx} x2={width} y1={yOf(tick)} y2={yOf(tick)} />
              <text x={leftPx - 8} y={yOf(tick)} dy="0.32em" textAnchor="end">
                {texts.number(tick)}
              </text>
            </g>
          ))}
          {bars.map(({ key, value }, index) => (
            <rect
              key={key}
              className={index === pointedAt ? 'bar pointed' : 'bar'}
              x={leftPx + index * slot + gap / 2}
              width={Math.max(0.5, slot - gap)}
              y={yOf(value)}
              height={yOf(0) - yOf(value)}
              rx={Math.min(3, slot / 4)}
            />
          ))}
          {bars.map(
            ({ key, shortLabel }, index) =>
              index % labelEvery === 0 &&
              leftPx + index * slot + labelWidthPx / 2 < width + slot && (
                <text
                  key={key}
                  className="axis-label"
                  x={leftPx + (index + 0.5) * slot}
                  y={heightPx - 4}
                  textAnchor="middle"
                >
                  {shortLabel}
                </text>
              ),
          )}
        </svg>
      </div>
      <details>
        <summary>
          {texts.stats.table} <span className="note">{note}</span>
        </summary>
        <div className="table-frame" tabIndex={0} role="group" aria-labelledby={nameId}>
          <table>
            <thead>
              <tr>
                <th scope="col">{labelHeading}</th>
                <th scope="col">{texts.stats.amount}</th>
              </tr>
            </thead>
            <tbody>
              {bars.map(({ key, label, value }) => (
                <tr key={key}>
                  <th scope="row">{label}</th>
                  <td>{texts.number(value)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </figure>
  );
}
