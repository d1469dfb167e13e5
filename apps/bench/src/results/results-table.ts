import { bars, type FigureId } from '../bars.ts';
import type { BenchResult } from './bench-result.ts';

type Figure = BenchResult['figures'][number];

const heads = ['figure', 'bar', 'aim', 'min', 'median', 'max', 'verdict'];

/** The table of a run in Markdown, which a terminal shows just as well. */
export function printTable(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => toRow(figure));
  const widths = heads.map((head, column) => Math.max(head.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [line(heads), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}

function toRow({ id, bar, aim, min, median, max, verdict }: Figure): string[] {
  const { title, unit, better } = titleAndUnit(id);
  const goal = (value: number): string => `${better === 'lower' ? '≤' : '≥'} ${value}${unitSuffix(unit)}`;
  const shown = [min, median, max].map((value) => `${formatNumber(value)}${unitSuffix(unit)}`);
  return [title, goal(bar), goal(aim), ...shown, verdict];
}

function titleAndUnit(id: FigureId) {
  return bars[id];
}

function unitSuffix(unit: string): string {
  return unit === '×' ? '' : ` ${unit}`;
}

/** Three digits that count, as many as a measurement has. */
export function formatNumber(value: number): string {
  const size = Math.abs(value);
  if (size >= 100) return Math.round(value).toLocaleString('en-US');
  return value.toFixed(size >= 10 ? 1 : 2);
}

/** The absolute values behind the ratios, for people. */
export function printPanels({ panels, details }: Pick<BenchResult, 'panels' | 'details'>): string {
  const lines = panels.flatMap(({ title, unit, better, series }) => [
    `${title} (${better} is better)`,
    ...series.map(({ name, min, median, max }) => {
      return `  ${name.padEnd(38)} ${formatNumber(median)} ${unit}  (${formatNumber(min)} to ${formatNumber(max)})`;
    }),
  ]);
  const others = Object.entries(details).map(([name, value]) => `  ${name.padEnd(38)} ${formatNumber(value)}`);
  return [...lines, ...(others.length > 0 ? ['Also seen', ...others] : [])].join('\n');
}
