import type { Member } from './community.ts';
import type { Repertoire } from './scenes/all-scenes.ts';
import type { Scene } from './scenes/scene-script.ts';
import type { DemoRandom } from './demo-random.ts';

export type Line = { atMs: number; author: Member; text: string };

export type Staging = {
  repertoire: Repertoire;
  /** Who plays which role; every role of the scene. */
  cast: ReadonlyMap<string, Member>;
  /** Reads along, and may throw something in. */
  bystander: Member | undefined;
  startMs: number;
  random: DemoRandom;
};

/** What is said in one run of a scene: its wordings chosen, its blanks filled in, at the pace of people who type. */
export function playScene(scene: Scene, { repertoire, cast, bystander, startMs, random }: Staging): Line[] {
  const chosen = new Map<string, string>();
  for (const [role, { name }] of cast) chosen.set(role, name.split(' ')[0] ?? name);
  const fillIn = (_: string, blank: string): string => {
    const known = chosen.get(blank);
    if (known !== undefined) return known;
    const words = blank === 'number' ? ['2', '3', '4', '5', '6', '7', '8', '9'] : repertoire.words[blank];
    if (words === undefined) throw new Error(`A scene in ${scene.language} has a blank without words: ${blank}.`);
    const word = random.pick(words);
    chosen.set(blank, word);
    return word;
  };

  const lines: Line[] = [];
  let atMs = startMs;
  const say = (author: Member, wording: string): void => {
    const text = inTheVoiceOf(author, wording.replaceAll(/\{([^}]+)\}/g, fillIn));
    if (lines.length > 0) atMs += pauseMs(text, random);
    lines.push({ atMs: Math.round(atMs), author, text });
  };
  for (const { role, wordings, isOptional } of scene.turns) {
    const author = cast.get(role);
    if (author === undefined) throw new Error(`Nobody plays ${role}.`);
    if (!isOptional || random.chance(0.55)) say(author, random.pick(wordings));
  }
  if (bystander && random.chance(0.3)) say(bystander, random.pick(repertoire.reactions));
  return lines;
}

/** Reading, thinking, typing; now and then somebody is away from the screen for some minutes. */
function pauseMs(text: string, random: DemoRandom): number {
  if (random.chance(0.06)) return random.between(90_000, 480_000);
  return random.between(2_500, 22_000) + text.length * random.between(60, 160);
}

/** Some never press shift, and leave out the full stop. */
function inTheVoiceOf({ username }: Member, text: string): string {
  const isCasual = (username.codePointAt(1) ?? 0) % 3 === 0;
  return isCasual
    ? text.replace(/^\p{Lu}(?=\p{Ll})/u, (first) => first.toLowerCase()).replace(/(?<=\p{Ll})\.$/u, '')
    : text;
}
