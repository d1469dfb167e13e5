import type { PastWrite } from '@folkmoot/api';
import { toUserId } from '@folkmoot/contract';
import { advertiser, community, type Language, type Member, moderatorUsername } from './community.ts';
import { activityOf, hasJoined, messagesPerHour, type Span } from './daily-rhythm.ts';
import { type Line, playScene } from './play-scene.ts';
import { advertisements, type Repertoire, repertoires } from './scenes/all-scenes.ts';
import type { Scene } from './scenes/scene-script.ts';
import { createDemoRandom } from './demo-random.ts';

export type DemoPastOptions = {
  seed: number;
  /** Messages, deleted ones included. */
  messages: number;
  /** When the past ends, in milliseconds since 1970. */
  untilMs: number;
  /** Default 60. */
  days?: number;
};

const dayMs = 86_400_000;
/** Scenes begin early enough to be over before the past is. */
const lastSceneMs = 1_800_000;
const notRepeated = 6;

/**
 * What a community wrote: scenes of two to five people, in the language that they share, begun when they are awake; with
 * slips that are mended, lines that are taken back, and advertising that a moderator removes. In the order of time. The
 * same options give the same, whatever the machine. It keeps the hour that it is at, so a million messages need no more
 * memory than a thousand.
 */
export function* createDemoPast({ seed, messages, untilMs, days = 60 }: DemoPastOptions): Generator<PastWrite> {
  const random = createDemoRandom(seed);
  const span: Span = { fromMs: untilMs - days * dayMs, toMs: untilMs - lastSceneMs };
  const hours = messagesPerHour(community, span, { messages, mood: () => random.between(0.75, 1.3) });
  const newcomers = new Set(community.filter(({ joinsAt }) => joinsAt !== undefined));
  const recent: Scene[] = [];
  let waiting: PastWrite[] = [];
  let planned = 0;
  let due = 0;

  for (const hour of hours) {
    due += hour.messages;
    if (planned < due && random.chance(0.015)) advertise(hour.startMs);
    for (const newcomer of newcomers) {
      if (planned >= due || !hasJoined(newcomer, hour.startMs, span) || activityOf(newcomer, hour.startMs) < 2)
        continue;
      newcomers.delete(newcomer);
      perform(newcomer, hour.startMs, (repertoire) => repertoire.hello);
    }
    while (planned < due) {
      const startMs = hour.startMs + random.between(0, 3_600_000);
      const first = pickMember(startMs, () => true);
      if (first) perform(first, startMs, pickScene);
    }
    const endMs = hour.startMs + 3_600_000;
    waiting.sort((a, b) => a.at.getTime() - b.at.getTime());
    const later = waiting.findIndex(({ at }) => at.getTime() >= endMs);
    const now = later === -1 ? waiting : waiting.slice(0, later);
    waiting = later === -1 ? [] : waiting.slice(later);
    yield* now;
  }
  yield* waiting;

  function perform(
    first: Member,
    startMs: number,
    choose: (repertoire: Repertoire, speakers: number) => Scene | undefined,
  ): void {
    const repertoire = repertoires.get(pickLanguage(first));
    if (!repertoire) return;
    const speaks = (member: Member) => member.speaks.includes(repertoire.language);
    const speakers = community.filter((member) => speaks(member) && isThere(member, startMs));
    const scene = choose(repertoire, speakers.length);
    if (!scene) return;
    const taken = new Set([first]);
    const pickOther = (): Member | undefined => {
      const other = pickMember(startMs, (member) => speaks(member) && !taken.has(member));
      if (other) taken.add(other);
      return other;
    };
    const cast = new Map<string, Member>();
    for (const role of scene.roles) {
      const member = role === 'A' ? first : pickOther();
      if (member) cast.set(role, member);
    }
    if (cast.size < scene.roles.length) return;
    for (const line of playScene(scene, { repertoire, cast, bystander: pickOther(), startMs, random })) write(line);
  }

  function pickScene({ scenes }: Repertoire, speakers: number): Scene | undefined {
    const possible = scenes.filter(({ roles }) => roles.length <= speakers);
    const fresh = possible.filter((scene) => !recent.includes(scene));
    const pool = fresh.length > 0 ? fresh : possible;
    if (pool.length === 0) return undefined;
    const scene = random.pick(pool);
    recent.push(scene);
    if (recent.length > notRepeated) recent.shift();
    return scene;
  }

  function isThere(member: Member, atMs: number): boolean {
    return hasJoined(member, atMs, span) && !newcomers.has(member);
  }

  function pickMember(atMs: number, isFit: (member: Member) => boolean): Member | undefined {
    const fit = community.filter((member) => isThere(member, atMs) && isFit(member));
    return random.pickWeighted(fit, (member) => member.talks * activityOf(member, atMs));
  }

  function pickLanguage({ speaks }: Member): Language {
    const own = speaks.filter((language) => language !== 'en');
    return own.length === 0 || (own.length < speaks.length && random.chance(0.6)) ? 'en' : random.pick(own);
  }

  function write({ atMs, author, text }: Line): void {
    if (planned >= messages) return;
    const messageId = random.uuid();
    const authorId = userIdOf(author);
    const slip = random.chance(0.035) ? slipIn(text) : undefined;
    plan({ kind: 'send', at: timeOf(atMs), authorId, messageId, text: slip ?? text });
    planned++;
    if (slip !== undefined) {
      plan({ kind: 'edit', at: timeOf(atMs + random.between(6_000, 45_000)), authorId, messageId, text });
    } else if (random.chance(0.008)) {
      plan({ kind: 'delete', at: timeOf(atMs + random.between(4_000, 120_000)), authorId, messageId });
    }
  }

  function advertise(startMs: number): void {
    const atMs = startMs + random.between(0, 3_600_000);
    const messageId = random.uuid();
    plan({
      kind: 'send',
      at: timeOf(atMs),
      authorId: userIdOf(advertiser),
      messageId,
      text: random.pick(advertisements),
    });
    planned++;
    const moderator = community.find(({ username }) => username === moderatorUsername) ?? advertiser;
    const removedMs = atMs + random.between(60_000, 1_500_000);
    const authorId = userIdOf(moderator);
    plan({ kind: 'delete', at: timeOf(removedMs), authorId, messageId, asModerator: true });
  }

  function plan(past: PastWrite): void {
    waiting.push(past);
  }

  function timeOf(atMs: number): Date {
    return new Date(Math.min(Math.round(atMs), untilMs));
  }

  /** Two letters the wrong way round, as happens; undefined where there is no word long enough. */
  function slipIn(text: string): string | undefined {
    const words = [...text.matchAll(/(?<![\p{L}`{/.:])\p{Ll}{5,}/gu)];
    if (words.length === 0) return undefined;
    const { index, 0: word } = random.pick(words);
    const at = index + 1 + Math.floor(random.next() * (word.length - 2));
    const slip = text.slice(0, at) + (text[at + 1] ?? '') + (text[at] ?? '') + text.slice(at + 2);
    return slip === text ? undefined : slip;
  }
}

/** As the import stores these people (`toUserId` of a host's ids). */
function userIdOf({ id }: Member): string {
  return toUserId('host', id);
}
