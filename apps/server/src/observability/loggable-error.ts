export type LoggableError = {
  type: string;
  code?: string;
  message: string;
  stack?: string;
  cause?: LoggableError;
};

const longestMessage = 300;
const deepestCause = 4;

/**
 * An error as a log may hold it. Drizzle writes a query's parameters into its message, JSON.parse a piece of the text,
 * and PostgreSQL's details hold whole rows: what people wrote is cut out of the first two, and the last is left out.
 */
export function loggableError(error: unknown, depth = 0): LoggableError {
  if (!(error instanceof Error)) return { type: typeof error, message: 'Something that is no Error was thrown.' };
  const description: LoggableError = { type: error.name, message: harmlessMessage(error) };
  if ('code' in error && (typeof error.code === 'string' || typeof error.code === 'number')) {
    description.code = String(error.code);
  }
  const frames = error.stack?.split('\n').filter((line) => /^\s+at /.test(line));
  if (frames && frames.length > 0) description.stack = frames.join('\n');
  if (error.cause !== undefined && depth < deepestCause) description.cause = loggableError(error.cause, depth + 1);
  return description;
}

function harmlessMessage(error: Error): string {
  if (error instanceof SyntaxError) return 'The text could not be parsed.';
  const [message = ''] = error.message.split(/\n?params:/, 1);
  return message.length > longestMessage ? `${message.slice(0, longestMessage)}…` : message;
}
