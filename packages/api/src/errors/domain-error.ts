import { type ChatErrorCode, errorCatalogue, type Retryable } from '@folkmoot/contract';

export type DomainErrorOptions = {
  /** A sentence that says more than the catalogue's. */
  message?: string;
  /** How long to wait before trying again. */
  retryAfterMs?: number;
  cause?: unknown;
};

/** A refusal from the catalogue (S7), thrown by services and by a host's `authenticate`. */
export class DomainError extends Error {
  override readonly name = 'DomainError';
  readonly code: ChatErrorCode;
  readonly retryAfterMs: number | undefined;

  constructor(code: ChatErrorCode, options: DomainErrorOptions = {}) {
    super(options.message ?? errorCatalogue[code].message, { cause: options.cause });
    this.code = code;
    this.retryAfterMs = options.retryAfterMs;
  }

  get retryable(): Retryable {
    return errorCatalogue[this.code].retryable;
  }
}
