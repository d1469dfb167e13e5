type ConnectionStatusProps = { isConnected: boolean; wasConnected: boolean };

/** Says at any time whether what is on the page is live. */
export function ConnectionStatus({ isConnected, wasConnected }: ConnectionStatusProps) {
  return (
    <p
      className={isConnected ? 'connection' : 'connection broken'}
      role="status"
      data-testid="connection"
      data-state={isConnected ? 'connected' : 'connecting'}
    >
      {isConnected
        ? 'Connected'
        : wasConnected
          ? 'Connection lost. Reconnecting… What you send goes out as soon as it is back.'
          : 'Connecting…'}
    </p>
  );
}
