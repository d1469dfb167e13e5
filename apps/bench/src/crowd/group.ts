import type { CrowdCommands, MemberSurvey } from './crowd-commands.ts';
import { dialects } from './dialects.ts';
import { EventTrail } from './event-trail.ts';
import { Member } from './member.ts';
import { signToken } from './sign-token.ts';

const tokens = new Map<string, string>();

/** Who comes back brings the token that they came with first. */
function tokenOf(sub: string): string {
  const token = tokens.get(sub) ?? signToken(sub, Date.now());
  tokens.set(sub, token);
  return token;
}

/** Clients that do the same. */
export class Group {
  readonly members: Member[] = [];
  readonly #trails = new Map<Member, EventTrail>();
  events = 0;
  bytes = 0;
  /** Why members were lost or refused; a run with any is not a measurement. */
  readonly failures: string[] = [];
  onEvent: ((payload: Buffer) => void) | undefined;
  onAcknowledged: ((member: Member) => void) | undefined;
  #nextId = 1;

  /** Resolves when all are in the room. */
  async join(options: CrowdCommands['join']['input']): Promise<void> {
    const { dialect: dialectName, url, count, atOnce = count, firstIndex = 0 } = options;
    const { subscribes, lastEventId, bytesPerSecond, answersPing = true, isFollowed = false } = options;
    const dialect = dialects[dialectName]();
    let next = 0;
    const joinSome = async (): Promise<void> => {
      while (next < count) {
        const index = firstIndex + next++;
        const token = tokenOf(`bench-${subscribes ? 'reader' : 'sender'}-${index}`);
        const trail = new EventTrail();
        const member = new Member({
          url,
          dialect,
          person: { index, token, lastEventId, subscribes },
          bytesPerSecond,
          answersPing,
          onEvent: (payload) => {
            if (isFollowed) trail.take(payload);
            this.events++;
            this.bytes += payload.length;
            this.onEvent?.(payload);
          },
          onAcknowledged: () => this.onAcknowledged?.(member),
          onFailure: (reason) => this.failures.push(reason),
        });
        this.members.push(member);
        this.#trails.set(member, trail);
        await member.joined;
        if (bytesPerSecond === 0) member.stall();
      }
    };
    await Promise.all(Array.from({ length: Math.min(atOnce, count) }, joinSome));
  }

  /** Sends through the members in turn. Gives the number of acknowledgements that will come. */
  send(texts: readonly string[], turn: number): number {
    const member = this.members[turn % this.members.length];
    if (!member) throw new Error('The group has no members.');
    return this.sendAs(member, texts);
  }

  sendAs(member: Member, texts: readonly string[]): number {
    const id = this.#nextId;
    this.#nextId += texts.length;
    return member.send(texts, id);
  }

  survey(): MemberSurvey[] {
    return this.members.map((member) => {
      const { closeCode } = member;
      const events = this.#trails.get(member)?.account;
      return { ...(events ? { events } : {}), ...(closeCode === undefined ? {} : { closeCode }) };
    });
  }

  leave(): void {
    for (const member of this.members.splice(0)) member.leave();
  }
}
