import type { Application } from 'typedoc';

/** Called by TypeDoc as its plugin: modules are our packages, by the names that they are imported by. */
export function load(app: Application): void {
  app.converter.on('resolveBegin', ({ project }) => {
    for (const reflection of project.children ?? []) {
      reflection.name = `@folkmoot/${reflection.name.replace(/\/src$/, '')}`;
    }
  });
}
