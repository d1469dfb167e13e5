import type { BenchResult } from './bench-result.ts';
import { formatNumber } from './results-table.ts';

type Panel = BenchResult['panels'][number];
type Source = Pick<BenchResult, 'startedAt' | 'commit' | 'machine'>;

const width = 900;
const columns = 2;
const gap = 28;
const margin = 20;
const columnWidth = (width - 2 * margin - (columns - 1) * gap) / columns;
const headHeight = 44;
const rowHeight = 34;
const barHeight = 10;
const valueWidth = 74;

/** A picture for README: each panel a set of bars, ours first, whiskers from the least to the most of the repeats. */
export function drawPlot({ panels, from }: { panels: readonly Panel[]; from: readonly Source[] }): string {
  const parts: string[] = [];
  let top = margin;
  for (let index = 0; index < panels.length; index += columns) {
    const row = panels.slice(index, index + columns);
    row.forEach((panel, column) => parts.push(drawPanel(panel, margin + column * (columnWidth + gap), top)));
    top += headHeight + rowHeight * Math.max(...row.map(({ series }) => series.length)) + gap;
  }
  const height = top + 22;
  parts.push(text(margin, top + 4, footer(from), 'note'));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="Benchmarks">`,
    `<style>${style}</style>`,
    `<rect width="${width}" height="${height}" rx="8" class="ground"/>`,
    ...parts,
    '</svg>\n',
  ].join('\n');
}

function drawPanel({ title, unit, better, series }: Panel, left: number, top: number): string {
  const most = Math.max(...series.map(({ max }) => max), Number.MIN_VALUE);
  const scale = (value: number): number => (Math.max(0, value) / most) * (columnWidth - valueWidth);
  const rows = series.map(({ name, min, median, max }, index) => {
    const y = top + headHeight + index * rowHeight;
    const barTop = y + 5;
    const middle = barTop + barHeight / 2;
    return [
      text(left, y, name, 'name'),
      rect(left, barTop, Math.max(1, scale(median)), index === 0 ? 'ours' : 'theirs'),
      `<line x1="${round(left + scale(min))}" x2="${round(left + scale(max))}" y1="${middle}" y2="${middle}" class="spread"/>`,
      text(left + scale(Math.max(median, max)) + 8, middle + 4, `${formatNumber(median)} ${unit}`, 'value'),
    ].join('');
  });
  return [text(left, top + 12, title, 'title'), text(left, top + 27, `${better} is better`, 'note'), ...rows].join(
    '\n',
  );
}

function rect(x: number, y: number, length: number, name: string): string {
  return `<rect x="${x}" y="${y}" width="${round(length)}" height="${barHeight}" rx="2" class="${name}"/>`;
}

function text(x: number, y: number, content: string, name: string): string {
  return `<text x="${round(x)}" y="${round(y)}" class="${name}">${escape(content)}</text>`;
}

function footer(from: readonly Source[]): string {
  const last = from.at(-1);
  if (!last) return 'There are no results yet.';
  const { machine, commit, startedAt } = last;
  return `${startedAt.slice(0, 10)}, commit ${commit}, ${machine.cores} cores of ${machine.cpu}, Node ${machine.node}, ${machine.kernel}`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escape(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

const style = `
text { font: 12px system-ui, sans-serif; fill: #3d4450; }
.title { font-size: 13.5px; font-weight: 600; fill: #14181f; }
.note { font-size: 11px; fill: #6a7280; }
.value { font-weight: 600; fill: #14181f; }
.ground { fill: #ffffff; stroke: #d8dce2; }
.ours { fill: #1f7a5c; }
.theirs { fill: #b4bac4; }
.spread { stroke: #14181f; stroke-width: 1.5; stroke-opacity: 0.55; }
@media (prefers-color-scheme: dark) {
  text { fill: #b9c0cb; }
  .title, .value { fill: #f1f3f6; }
  .note { fill: #8d95a3; }
  .ground { fill: #14181f; stroke: #2c333d; }
  .ours { fill: #3fb98d; }
  .theirs { fill: #4d5663; }
  .spread { stroke: #f1f3f6; }
}
`.trim();
