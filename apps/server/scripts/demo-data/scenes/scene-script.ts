import type { Language } from '../community.ts';

/**
 * Scenes as they are written down: one line a turn, `A: text | other wording`, a `?` before those that may be left out.
 * `{A}` is the first name of whoever plays A; `{tool}` a word of that list, the same one throughout the scene.
 */
export type SceneScript = readonly string[];

export type LanguageScript = {
  language: Language;
  words: Readonly<Record<string, readonly string[]>>;
  scenes: readonly SceneScript[];
  /** How a newcomer (A) is welcomed. */
  hello: SceneScript;
  /** What somebody throws in who only reads along. */
  reactions: readonly string[];
};

export type Turn = { role: string; wordings: readonly string[]; isOptional: boolean };
export type Scene = { language: Language; roles: readonly string[]; turns: readonly Turn[] };

/** Throws for a line that is none: a script is part of the program. */
export function parseScene(language: Language, script: SceneScript): Scene {
  const turns = script.map((line): Turn => {
    const [, optional, role, text] = /^(\?)?([A-E]): (.+)$/s.exec(line) ?? [];
    if (role === undefined || text === undefined) throw new Error(`This is no line of a scene: ${line}`);
    return { role, wordings: text.split(' | '), isOptional: optional === '?' };
  });
  return { language, turns, roles: [...new Set(turns.map(({ role }) => role))].toSorted() };
}
