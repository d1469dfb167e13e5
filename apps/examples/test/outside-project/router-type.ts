import type { FolkmootRouter } from '@folkmoot/api';
import type { Chat } from '@folkmoot/client';
import type { Message } from '@folkmoot/contract';
import type { inferRouterInputs, inferRouterOutputs } from '@trpc/server';

/*
 * What a project sees of the router's type. Declarations that a compiler cannot follow end in `any`, which takes
 * everything: so each of these says that it is none.
 */

type IsAny<T> = 0 extends 1 & T ? true : false;
type Sent = inferRouterOutputs<FolkmootRouter>['chat']['send'];

export const routerIsTyped: IsAny<FolkmootRouter> = false;
export const inputIsTyped: IsAny<inferRouterInputs<FolkmootRouter>['chat']['send']['message']> = false;
export const outputIsTyped: IsAny<Sent> = false;
export const clientIsTyped: IsAny<Chat['trpc']['chat']['send']> = false;
export const isMessage = (sent: Sent): Message => sent;
