/** Says at any time whether what is on the page is live. */
export function ConnectionStatus({ isConnected, wasConnected }: { isConnected: boolean; wasConnected: boolean }) {
  return (
    <p
      className="connection"
      role="status"
      data-testid="connection"
      data-state={isConnected ? 'connected' : 'connecting'}
    >
      <span>{isConnected ? 'Connected' : wasConnected ? 'Reconnecting…' : 'Connecting…'}</span>
    </p>
  );
}

export function ConnectionLost() {
  return <p className="notice">The connection is lost. What you send goes out as soon as it is back.</p>;
}
