import { TRPCError } from '@trpc/server';
import type { Connection } from './connection.ts';
import type { RequestId } from './incoming-messages.ts';
import type { ProcedureCall } from './procedure-call.ts';
import { fail } from './responses.ts';
import { Subscription } from './subscription.ts';

/** The subscriptions of one connection, by request id. */
export class Subscriptions {
  readonly #connection: Connection;
  readonly #open = new Map<RequestId, Subscription>();

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  get size(): number {
    return this.#open.size;
  }

  /** Undefined, and the client told why, where the id is taken or there are too many. */
  open(call: ProcedureCall): Subscription | undefined {
    const { id } = call.head;
    const refusal = this.#findRefusal(id);
    if (refusal !== undefined) {
      fail(this.#connection, call.head, new TRPCError({ code: 'BAD_REQUEST', message: refusal }), call.info);
      return undefined;
    }
    const subscription = new Subscription(call, this.#connection, this);
    this.#open.set(id, subscription);
    this.#connection.outbound.isPaced = true;
    return subscription;
  }

  stop(id: RequestId): void {
    this.#open.get(id)?.stop();
  }

  stopAll(): void {
    for (const subscription of this.#open.values()) subscription.stop();
    this.#open.clear();
  }

  release(id: RequestId): void {
    this.#open.delete(id);
    if (this.#open.size === 0) this.#connection.outbound.isPaced = false;
  }

  #findRefusal(id: RequestId): string | undefined {
    const { maxSubscriptions } = this.#connection.parts.limits;
    if (this.#open.has(id)) return `Duplicate id ${id}`;
    if (this.#open.size < maxSubscriptions) return undefined;
    return `A connection holds at most ${maxSubscriptions} subscriptions.`;
  }
}
