/** Where the services report what an operator should know. Fits pino; never given tokens or message texts. */
export type ChatLogger = {
  warn(details: Record<string, unknown>, message: string): void;
  error(details: Record<string, unknown>, message: string): void;
};

export const silentLogger: ChatLogger = { warn: () => undefined, error: () => undefined };
