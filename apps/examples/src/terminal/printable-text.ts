/**
 * All that a terminal acts on instead of showing it: C0 and C1 controls, escape among them, which move the cursor, set the
 * title or write to the clipboard; and what turns the direction of writing, with which a line can be made to read as
 * another one.
 */
const controls = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F]/gu;
const directions = /[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069\u206A-\u206F\uFFF9-\uFFFB]/gu;
const lineEnds = /[\n\u2028\u2029]/u;
const tabs = /\t/gu;

/** One line of text as it may be written to a terminal, whoever wrote it. Line ends become spaces. */
export function toPrintableLine(text: string): string {
  return toPrintableLines(text).join(' ');
}

/** The same for a text of several lines. */
export function toPrintableLines(text: string): string[] {
  // The pair first, so that it is one end and not two.
  return text.replaceAll('\r\n', '\n').split(lineEnds).map(clean);
}

function clean(line: string): string {
  return line.replaceAll(tabs, '  ').replaceAll(controls, '').replaceAll(directions, '');
}
