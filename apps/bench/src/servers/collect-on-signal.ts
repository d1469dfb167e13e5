/* Loaded before a server that is measured: collects all garbage when asked to, so that memory is compared and not luck. */
process.on('SIGUSR2', () => {
  globalThis.gc?.();
});
