import { expectTypeOf, test } from 'vitest';
import type { z } from 'zod';
import type { ChatErrorCode, ChatErrorData, errorCatalogue } from './error-catalogue.ts';
import type { MessageStreamEvent } from './event.ts';
import type { Message } from './message.ts';
import type { historyInputSchema, messageStreamInputSchema, sendInputSchema } from './procedure-inputs.ts';
import type { User } from './user.ts';

test('times are dates, absent values are null', () => {
  expectTypeOf<Message['createdAt']>().toEqualTypeOf<Date>();
  expectTypeOf<Message['editedAt']>().toEqualTypeOf<Date | null>();
  expectTypeOf<Message['user']>().toEqualTypeOf<User>();
});

test('every code of the catalogue is a type, and no other', () => {
  expectTypeOf<ChatErrorCode>().toEqualTypeOf<keyof typeof errorCatalogue>();
  expectTypeOf<'NO_SUCH_CODE'>().not.toExtend<ChatErrorData['code']>();
});

test('a type of event says what it carries', () => {
  const carried = (event: MessageStreamEvent) => {
    if (event.type === 'ready' || event.type === 'reset') return event.position;
    return event.type === 'member-banned' || event.type === 'member-unbanned' ? event.userId : event.message;
  };
  expectTypeOf(carried).returns.toEqualTypeOf<string | Message>();
});

test('wrong input does not compile', () => {
  type Send = z.input<typeof sendInputSchema>;
  expectTypeOf<{ message: string }>().toExtend<Send>();
  expectTypeOf<{ message: number }>().not.toExtend<Send>();
  expectTypeOf<{ room: string }>().not.toExtend<Send>();
  expectTypeOf<{ limit: string }>().not.toExtend<z.input<typeof historyInputSchema>>();
  expectTypeOf<undefined>().toExtend<z.input<typeof historyInputSchema>>();
});

test('a parsed input has every key, whatever was left out', () => {
  expectTypeOf<z.output<typeof historyInputSchema>['cursor']>().toEqualTypeOf<string | null | undefined>();
  expectTypeOf<z.output<typeof messageStreamInputSchema>['lastEventId']>().toEqualTypeOf<string | null | undefined>();
});
