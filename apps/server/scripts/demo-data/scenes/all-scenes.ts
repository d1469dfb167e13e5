import type { Language } from '../community.ts';
import { asianScenes } from './asian-scenes.ts';
import { englishScenes } from './english-scenes.ts';
import { europeanScenes } from './european-scenes.ts';
import { type LanguageScript, parseScene, type Scene } from './scene-script.ts';

export type Repertoire = Omit<LanguageScript, 'scenes' | 'hello'> & { scenes: readonly Scene[]; hello: Scene };

/** What is said, by language. */
export const repertoires: ReadonlyMap<Language, Repertoire> = new Map(
  [englishScenes, ...europeanScenes, ...asianScenes].map((script) => {
    const scenes = script.scenes.map((scene) => parseScene(script.language, scene));
    return [script.language, { ...script, scenes, hello: parseScene(script.language, script.hello) }];
  }),
);

export const advertisements = [
  'CHEAP WATCHES 90% OFF only today http://best-deals.example/watches',
  'Earn 500 a day from home!!! Ask me how http://best-deals.example/job',
  'FREE followers for your channel → http://best-deals.example/free',
] as const;
