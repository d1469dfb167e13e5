/** Called by TypeDoc: its modules are our packages, by the names that they are imported by. */
export function load(app) {
  app.converter.on('resolveBegin', ({ project }) => {
    for (const module of project.children ?? []) module.name = `@folkmoot/${module.name.replace(/\/src$/, '')}`;
  });
}
